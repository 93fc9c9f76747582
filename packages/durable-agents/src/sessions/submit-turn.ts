// Two messages for one session: the caller chooses whether the second waits, is refused, or interrupts the first.

import {
  CancelledError,
  type HandlerDescriptor,
  type InferInput,
  type InferOutput,
  type InvocationId,
  InvocationIdParser,
  type ObjectDescriptor,
  type ObjectSharedContext,
  type Opts,
  rpc,
  serde,
  TerminalError,
} from "@restatedev/restate-sdk";
import type { DurableCall } from "../runtime/durable-client.ts";
import { DurableContext, type DurableObjectSharedContext, operationsOf } from "../runtime/durable-context.ts";
import { handled } from "../runtime/scheduler.ts";
import { busyError, IF_LAST_TURN, INTERRUPT, NO_TURN, TURN_KEY, type WireSessionTurn } from "./run-turn.ts";

/**
 * What becomes of a message for a session that is busy with another one:
 *
 * - `queue`: it waits for those that came before it;
 * - `reject`: it is refused with 409, at once;
 * - `interrupt`: the one that runs is cancelled, and so are those that wait before it, each as soon as it runs. What
 *   their users said stays in the session's history, their callers get a 409.
 */
export type IfBusy = "queue" | "reject" | "interrupt";

// The time that Restate takes to report the end of an invocation that has ended.
const ENDED_WITHIN_MS = 50;
// How long to wait before looking again who runs, while our turn has not begun.
const FIRST_LOOK_MS = 100;
const LONGEST_LOOK_MS = 30_000;

/**
 * Submits a turn to the exclusive handler of this object that runs it with {@link runTurn}, and waits for its answer.
 * Call it in a shared handler of the same object, which runs also while the session is busy:
 *
 * ```ts
 * submit: (ctx, { ifBusy, ...message }) => submitTurn(ctx, chatContract, "message", message, ifBusy),
 * ```
 *
 * That handler needs `enableLazyState: true`, since it looks at the state again while it waits. Of several turns that
 * are to be rejected when the session is busy one runs, however close together they come. A turn that was sent to the
 * exclusive handler itself queues, and is seen by the others like any.
 *
 * @param contract of this object, as made by Restate's `iface`
 * @param handler runs the turn
 * @throws TerminalError with code 409 when the turn was rejected, or interrupted by another one
 */
export async function submitTurn<H extends Record<string, HandlerDescriptor>, N extends keyof H & string>(
  context: ObjectSharedContext | DurableObjectSharedContext,
  contract: ObjectDescriptor<string, H>,
  handler: N,
  input: InferInput<H[N]>,
  ifBusy: IfBusy = "queue",
): Promise<InferOutput<H[N]>> {
  const ctx = DurableContext.from(context);
  // TypeScript cannot resolve whether a generic handler takes an input; a turn's does.
  const send = ctx.client(contract, ctx.key)[handler] as unknown as Send<InferInput<H[N]>, InferOutput<H[N]>>;
  if (ifBusy === "queue") return send(input);

  if (ifBusy === "interrupt") {
    const turn = send(input);
    await clearTheWay(ctx, { turn, id: await turn.invocationId });
    return turn;
  }
  const last = await lastTurn(ctx);
  if (last?.running && !(await hasEnded(ctx, last.id))) throw busyError();
  const turn = send(input, rpc.opts({ headers: { [IF_LAST_TURN]: last?.id ?? NO_TURN } }));
  await giveWay(ctx, { turn, id: await turn.invocationId }, last?.id);
  return turn;
}

type Send<I, O> = (input: I, options?: Opts<I, O>) => DurableCall<O>;

/** Our turn, which waits to begin. */
interface Waiting {
  readonly turn: Promise<unknown>;
  readonly id: InvocationId;
}

/**
 * Takes our turn back when another one runs; returns when ours has begun.
 *
 * @param passed a turn that is over, whatever the state says
 */
async function giveWay(ctx: DurableObjectSharedContext, ours: Waiting, passed?: string): Promise<void> {
  if ((await nextOther(ctx, ours, passed)) === undefined) return;
  ctx.cancel(ours.id);
  // It would not run anyway, as another one came first; unless it had come and gone before we looked.
  await ours.turn.catch((error: unknown) => {
    throw error instanceof TerminalError && error.code === 409 ? busyError() : error;
  });
}

/** Interrupts all other turns that run; returns when ours has begun. */
async function clearTheWay(ctx: DurableObjectSharedContext, ours: Waiting): Promise<void> {
  let other: string | undefined;
  for (;;) {
    other = await nextOther(ctx, ours, other);
    if (other === undefined) return;
    const turn = InvocationIdParser.fromString(other);
    operationsOf(ctx).perform("signal", (context) => context.invocation(turn).signal(INTERRUPT).resolve());
    await Promise.race([ours.turn, endOf(ctx, other)]);
  }
}

/** The turn that runs before ours, other than the `passed` one, as soon as there is one; none when ours has begun. */
async function nextOther(
  ctx: DurableObjectSharedContext,
  ours: Waiting,
  passed: string | undefined,
): Promise<string | undefined> {
  const ended = handled(ours.turn.then(() => true));
  for (let look = FIRST_LOOK_MS; ; look = Math.min(2 * look, LONGEST_LOOK_MS)) {
    const last = await lastTurn(ctx);
    // Asked after the look: what runs after our turn is none of our business.
    if (last?.id === ours.id || (await Promise.race([ended, false]))) return undefined;
    if (last?.running && last.id !== passed) return last.id;
    if (await Promise.race([ended, ctx.sleep(look).then(() => false)])) return undefined;
  }
}

function lastTurn(ctx: DurableObjectSharedContext): Promise<WireSessionTurn | null> {
  return ctx.get<WireSessionTurn>(TURN_KEY);
}

/** Whether a turn is over that the state says is running: when it was killed, nobody could say so. */
function hasEnded(ctx: DurableObjectSharedContext, invocation: string): Promise<boolean> {
  return Promise.race([
    endOf(ctx, invocation).then(() => true),
    ctx.sleep(ENDED_WITHIN_MS).then(() => false),
  ]);
}

async function endOf(ctx: DurableObjectSharedContext, invocation: string): Promise<void> {
  try {
    await ctx.attach(InvocationIdParser.fromString(invocation), serde.binary);
  } catch (error) {
    // However it ended; but not when we are cancelled ourselves.
    if (error instanceof CancelledError) throw error;
  }
}
