// Measures a turn of a long conversation beside one of a conversation that has just begun: on the chat service
// itself, with a model that answers at once, as the caller sees it.
//
// A session's 3rd turn is the median of turns 2 to 4 of fresh sessions, its 300th that of turns 298 to 303 of sessions
// that were led there turn by turn. Each round takes one turn of each kind.

import type { TestBed } from "@holdfast/testing";
import { interleave, type RoundsOptions, timed } from "../rounds.ts";
import { median, medians, rounded } from "../stats.ts";

const EARLY = [2, 3, 4] as const;
const LATE = [298, 299, 300, 301, 302, 303] as const;

export interface ChatSession {
  /** turn 300 ÷ turn 3 */
  readonly ratio: number;
  /** In milliseconds. */
  readonly medians: Readonly<Record<"turn3" | "turn300", number>>;
  readonly rounds: number;
}

/** @param rounds one long session is led there for every six of them */
export async function chatSession(bed: TestBed, rounds: RoundsOptions): Promise<ChatSession> {
  const turn = (session: string, n: number) =>
    bed.call("Chat", "message", { message: userMessage(n) }, { key: session });
  const lead = async (session: string, turns: number) => {
    for (let n = 1; n <= turns; n++) await turn(session, n);
  };
  const sessions = Math.ceil((rounds.warmUp + rounds.rounds) / LATE.length);
  const long = Array.from({ length: sessions }, (_, i) => `long-${i}`);
  // Side by side: nothing is measured yet.
  await Promise.all(long.map((session) => lead(session, LATE[0] - 1)));
  let late = 0;
  let early = 0;
  const samples = await interleave(
    {
      turn300: () => {
        const n = late++;
        return timed(() => turn(`long-${Math.floor(n / LATE.length)}`, LATE[0] + (n % LATE.length)));
      },
      turn3: async () => {
        const n = early++;
        const session = `short-${Math.floor(n / EARLY.length)}`;
        if (n % EARLY.length === 0) await lead(session, EARLY[0] - 1);
        return timed(() => turn(session, EARLY[0] + (n % EARLY.length)));
      },
    },
    rounds,
  );
  return {
    ratio: rounded(median(samples.turn300) / median(samples.turn3)),
    medians: medians(samples),
    rounds: rounds.rounds,
  };
}

function userMessage(n: number): string {
  return `Question ${n}: my physiotherapy bill of ${100 + n} dollars came today. Is it covered, and what do I pay myself?`;
}
