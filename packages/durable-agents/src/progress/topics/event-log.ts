// Lets a reader of a keyed event log wait for the log's next events. The log is a Virtual Object: an exclusive handler appends
// an event and wakes those who wait, a shared one reads, and one that the reader sends to itself notes who waits.

import type { DurableContext } from "../../runtime/durable-context.ts";

/** One read of a log that may wait for the next event. */
export interface LogRead<Event> {
  /** The events after the last one that is known, as many as one answer holds. */
  readonly read: () => Promise<readonly Event[]>;
  /** How long to wait for the next event, in milliseconds. */
  readonly waitMs: number;
  /**
   * Sends the awakeable to the log's object, which resolves it at the next append, or at once when there is news already:
   * with the events, or with nothing, and they are read again.
   */
  readonly subscribe: (awakeableId: string) => unknown;
}

/** The next events of a log; none when no event came in time. */
export async function nextEvents<Event>(
  ctx: DurableContext,
  { read, waitMs, subscribe }: LogRead<Event>,
): Promise<readonly Event[]> {
  const { id, promise } = ctx.awakeable<readonly Event[] | undefined>();
  subscribe(id);
  const timeout = ctx.sleep(waitMs);
  const woken = await Promise.race([
    promise.then((events) => ({ events })),
    timeout.then(() => ({ events: [] })),
  ]);
  return woken.events ?? read();
}
