// Follows an event log from outside of Restate by long polls, and goes on over outages.

import { setTimeout } from "node:timers/promises";

/** How a log is followed. */
export interface FollowOptions<Event> {
  /** The id of the last event that is known; 0 for none. */
  readonly after: number;
  /** Reads the events after an id, and waits for the next one when there is none. Undefined when another try may succeed. */
  readonly read: (after: number) => Promise<readonly Event[] | undefined>;
  /** An event's id: a whole number that grows. */
  readonly idOf: (event: Event) => number;
  /** Ends the reading. */
  readonly signal?: AbortSignal | undefined;
}

const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 5_000;

/** The events of a log as they come, until its reader leaves the loop, or `signal` aborts. @throws what `read` throws */
export async function* followLog<Event>(options: FollowOptions<Event>): AsyncGenerator<Event, void, void> {
  const { read, idOf, signal } = options;
  let last = options.after;
  for (let failures = 0; !signal?.aborted; ) {
    const events = await read(last);
    for (const event of events ?? []) {
      last = idOf(event);
      yield event;
    }
    failures = events ? 0 : failures + 1;
    // A read that brought nothing has waited, unless the other side does not wait.
    if (!events || events.length === 0) await pause(failures, signal);
  }
}

async function pause(failures: number, signal: AbortSignal | undefined): Promise<void> {
  const ms = Math.min(FIRST_PAUSE_MS * 2 ** Math.max(0, failures - 1), LONGEST_PAUSE_MS);
  await setTimeout(ms, undefined, { signal }).catch(() => {});
}
