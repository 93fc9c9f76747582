// Several remote agents at once for one answer: the first that has one wins, the others are stopped.

import { type Context, isRestatePromise, TerminalError } from "@restatedev/restate-sdk";
import type { DurableCall } from "../runtime/durable-client.ts";
import { DurableContext, operationsOf } from "../runtime/durable-context.ts";

// Calls differ in their results; each one's own type is kept by the record's.
type Calls = Readonly<Record<string, DurableCall<unknown>>>;

/** Who won a race, and with what. */
export type RaceResult<C extends Calls> = {
  [K in keyof C & string]: {
    readonly winner: K;
    readonly result: Awaited<C[K]>;
  };
}[keyof C & string];

/**
 * Takes the first success of several remote agents, and cancels those that are still at work, with all that they called.
 * One that fails is out of the race.
 *
 * ```ts
 * const { winner, result } = await raceAgents(ctx, {
 *   fast: ctx.client(fastAgent).run(question),
 *   thorough: ctx.client(thoroughAgent).run(question),
 * });
 * ```
 *
 * It does not wait until the cancelled ones have ended. In a tool too, `ctx` is the tool's own context.
 *
 * @param calls by name; made by a {@link DurableContext}
 * @throws TerminalError that tells what each of them failed with, when all of them did; its code is theirs if they have
 *   the same one. When the invocation is cancelled Restate cancels all of them.
 */
export async function raceAgents<const C extends Calls>(
  context: Context | DurableContext,
  calls: C,
): Promise<RaceResult<C>> {
  const ctx = DurableContext.from(context);
  refuseUnfit(calls);
  const cancelledBefore = operationsOf(ctx).cancellation;
  const running = new Map(Object.entries(calls));
  const runners = Object.entries(calls).map(async ([winner, call]) => {
    try {
      return { winner, result: await call };
    } catch (error) {
      throw new LostRace(winner, error);
    } finally {
      running.delete(winner);
    }
  });
  const outcome = await Promise.any(runners).catch((lost: AggregateError) => lost);
  const cancellation = operationsOf(ctx).cancellation;
  if (cancellation && cancellation !== cancelledBefore) throw cancellation;
  if (outcome instanceof AggregateError) throw allFailed(outcome.errors);
  const losers = await Promise.all([...running.values()].map((call) => call.invocationId));
  for (const id of losers) ctx.cancel(id);
  // The winner's name and its result come from the same entry of the record.
  return outcome as RaceResult<C>;
}

/** What one of them failed with. */
class LostRace {
  readonly text: string;
  readonly code: number;

  constructor(name: string, error: unknown) {
    this.text = `${name}: ${error instanceof Error ? error.message : error}`;
    this.code = error instanceof TerminalError ? error.code : 500;
  }
}

function refuseUnfit(calls: Calls): void {
  const all = Object.values(calls);
  if (all.length === 0) throw new TerminalError("raceAgents was given no calls. Give it one of each agent.");
  if (all.some((call) => isRestatePromise(call))) {
    throw new TerminalError(
      "raceAgents was given calls of Restate's own context. Make them with a DurableContext: " +
        "DurableContext.from(ctx).client(contract).",
    );
  }
}

function allFailed(lost: readonly LostRace[]): TerminalError {
  const [first] = lost;
  const sameCode = lost.every(({ code }) => code === first?.code);
  const message = `All agents of the race failed. ${lost.map(({ text }) => text).join("; ")}`;
  return new TerminalError(message, { errorCode: sameCode && first ? first.code : 500 });
}
