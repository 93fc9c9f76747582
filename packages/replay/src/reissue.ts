// Has handlers issue the commands of a journal anew, from results that were changed: what they make of them goes in place of
// what they made of the original ones.

import { replayAttempts } from "./attempt.ts";
import type { ReplayCheck } from "./check.ts";
import { frameOf, type Journal } from "./journal.ts";
import { PROPOSE_RUN_COMPLETION } from "./protocol/message-types.ts";
import type { RestateServices } from "./replay.ts";

/** Makes the journal one that these handlers replay, where commands of it differ in their values alone. */
export function reissuing(
  services: RestateServices,
  check: ReplayCheck,
): (journal: Journal) => Promise<Journal> {
  const attempt = replayAttempts(services);
  return async (journal) => {
    let current = journal;
    for (let known = -1; ; ) {
      const mismatch = await check(current);
      if (!mismatch || mismatch.index <= known) return current;
      known = mismatch.index;
      const at = positionOf(current, known);
      const entry = current.entries[at];
      if (!entry) return current;
      const { frames } = await attempt({ ...current, entries: current.entries.slice(0, at) });
      const issued = frames.find(({ type }) => type !== PROPOSE_RUN_COMPLETION);
      if (issued?.type !== frameOf(entry).type) return current;
      current = {
        ...current,
        entries: current.entries.with(at, { ...entry, raw: issued.payload.toString("base64") }),
      };
    }
  };
}

/** Where the command of an index is among the entries. */
function positionOf({ entries }: Journal, index: number): number {
  let commands = -1;
  return entries.findIndex(({ type }) => type.startsWith("Command: ") && ++commands === index);
}
