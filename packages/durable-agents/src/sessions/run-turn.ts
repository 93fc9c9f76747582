// A turn of a session that others may ask about or interrupt: the exclusive handler's side of submitTurn.

import { CancelledError, type ObjectContext, TerminalError } from "@restatedev/restate-sdk";
import { DurableContext, type DurableObjectContext, operationsOf } from "../runtime/durable-context.ts";
import { DEFAULT_SESSION_NAME } from "./session-store.ts";

/** The turn that was begun last: the id of its invocation, and whether it still runs. */
export interface WireSessionTurn {
  readonly v: 1;
  readonly id: string;
  readonly running: boolean;
}

/** Where the turn that was begun last stands in the object's state. */
export const TURN_KEY = `${DEFAULT_SESSION_NAME}/turn`;

/** Sent to a running turn that is to end. */
export const INTERRUPT = "session/interrupt";

/** The turn that must be the one begun last, or {@link NO_TURN}; if it is not, another one came first. */
export const IF_LAST_TURN = "x-session-if-last-turn";
export const NO_TURN = "none";

/**
 * Marks the session as busy while `body` runs, in the exclusive handler of a Virtual Object that holds one, so that
 * {@link submitTurn} can reject another turn or interrupt this one. It costs two writes of state and waits for nothing.
 *
 * ```ts
 * message: (ctx, { text }) => runTurn(ctx, () => answer(ctx, text)),
 * ```
 *
 * An interruption is a cancellation: the run and what it called end, what undoes its work still runs. It comes once,
 * however many interrupt. A model call that is under way learns of it only while Restate still waits for the handler:
 * set the object's `inactivityTimeout` longer than such a call may take.
 *
 * @param body must use the session's durable operations alone, as always between them
 * @returns what `body` returns
 * @throws TerminalError with code 409 when the turn was interrupted, or was submitted to run at once and cannot
 */
export async function runTurn<T>(
  context: ObjectContext | DurableObjectContext,
  body: () => Promise<T>,
): Promise<T> {
  const ctx = DurableContext.from(context);
  const { id, headers } = ctx.request();
  const expected = headers.get(IF_LAST_TURN);
  if (expected !== undefined) {
    const last = await ctx.get<WireSessionTurn>(TURN_KEY);
    if ((last?.id ?? NO_TURN) !== expected) throw busyError();
  }
  const mark = (running: boolean) => ctx.set<WireSessionTurn>(TURN_KEY, { v: 1, id, running });
  mark(true);
  let interrupted = false;
  const stopWatching = operationsOf(ctx).watch(
    "signal",
    (context) => context.signal(INTERRUPT),
    () => {
      interrupted = true;
      ctx.cancel(id);
    },
  );
  try {
    const result = await body();
    mark(false);
    return result;
  } catch (error) {
    // Whatever else is thrown ends the attempt alone: the next one is still in the turn.
    if (error instanceof TerminalError) mark(false);
    if (!interrupted || !(error instanceof CancelledError)) throw error;
    throw new TerminalError("The turn was interrupted by another one.", { errorCode: 409 });
  } finally {
    stopWatching();
  }
}

/** What a turn is refused with that must not wait for others. */
export function busyError(): TerminalError {
  return new TerminalError(
    "The session is busy with another turn. Send this one again later, or let it queue or interrupt.",
    { errorCode: 409 },
  );
}
