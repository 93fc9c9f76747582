// A claim's timeline as a test follows it: by long polls, so that nothing has to be waited for by the clock.

import type { TimelineEvent } from "@holdfast/contracts";
import type { System } from "../system.ts";

type EntryType = TimelineEvent["entry"]["type"];

/** The claim's events up to the `nth` one of a type, or of one of some types; waits for it. */
export async function untilEvent(
  system: System,
  claimId: string,
  type: EntryType | readonly EntryType[],
  nth = 1,
): Promise<TimelineEvent[]> {
  const seen: TimelineEvent[] = [];
  const isOne = ({ entry }: TimelineEvent) => [type].flat().includes(entry.type);
  for (;;) {
    const query = { after: seen.length, waitMs: 20_000 };
    const page = await system.call<TimelineEvent[]>("ClaimTimeline", "events", query, { key: claimId });
    seen.push(...page);
    if (seen.filter(isOne).length >= nth) return seen;
    if (page.length === 0) throw new Error(`${claimId} has no ${nth}. ${type}: ${typesOf(seen).join(", ")}`);
  }
}

/** What happened, in order: the entries' types, with the agent where there is one. */
export function typesOf(events: readonly TimelineEvent[]): string[] {
  return events.map(({ entry }) => ("agent" in entry ? `${entry.type} ${entry.agent}` : entry.type));
}
