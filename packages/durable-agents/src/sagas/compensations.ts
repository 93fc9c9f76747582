// Sagas: tools say how to undo what they are about to do, and a body that fails for good is undone. Agents and tools are
// declared outside of handlers, so a tool finds the compensations of the body that it runs in.

import { AsyncLocalStorage } from "node:async_hooks";
import { type Context, TerminalError } from "@restatedev/restate-sdk";
import { DurableContext, operationsOf } from "../runtime/durable-context.ts";
import type { DurableStep, RetryBounds } from "../runtime/durable-steps.ts";
import { observerOf } from "../runtime/observer.ts";
import { errorTypeOf } from "../runtime/step-gate.step.ts";
import { CompensationError, type FailedCompensation } from "./compensation-error.ts";
import { EffectScope } from "./effect-scope.ts";

/** How often a compensation is tried; what is left out is as in {@link Compensations.add}. */
export type CompensationOptions = Partial<RetryBounds>;

// Eleven minutes in all. The waits are durable and hold no process.
const DEFAULT_RETRIES = {
  maxRetryAttempts: 20,
  initialRetryInterval: 100,
  maxRetryInterval: 60_000,
} satisfies RetryBounds;

interface Compensation {
  readonly owner: Compensations;
  /** Undoes it once, however often it is called; reports its failure. */
  readonly undo: () => Promise<FailedCompensation | undefined>;
}

const current = new AsyncLocalStorage<Compensations>();

/**
 * The steps that undo what a body does, in case it fails for good.
 *
 * ```ts
 * const result = await Compensations.protect(ctx, () => new DurableRunner(ctx).run(agent, input));
 *
 * // in a tool, before the effect:
 * currentCompensations().add("cancel flight", ({ signal }) => flights.cancel(bookingId, signal));
 * return ctx.run("book flight", ({ signal }) => flights.book(bookingId, signal));
 * ```
 *
 * When the body ends with a TerminalError, which a cancellation is too, all of them run: durably, the last one first,
 * one after the other, each whether or not those before it failed. They begin when every step of the body has ended,
 * also one that was cancelled, so give its signal to what it calls; calls of other services that are under way are
 * cancelled and waited for. Nothing else can be started in the body then. Another cancellation meanwhile changes
 * nothing. An error that Restate retries undoes nothing, and neither does success.
 *
 * A compensation is registered before the effect that it undoes, so it may find that there was none.
 *
 * Within another protected body, what an inner one registered is undone once: by the inner one if that fails, and by the
 * outer one if it fails after the inner one has succeeded.
 */
export class Compensations {
  readonly #context: DurableContext;
  /** The bodies around this one, the outermost first. */
  readonly #outer: readonly Compensations[];
  readonly #scope = EffectScope.within();
  /** Those of all bodies around this one too, in the order in which they were added. */
  readonly #all: Compensation[];
  #state: "open" | "succeeded" | "failed" = "open";

  private constructor(context: DurableContext, outer = current.getStore()) {
    this.#context = context;
    this.#outer = outer ? [...outer.#outer, outer] : [];
    this.#all = outer ? outer.#all : [];
  }

  /**
   * Runs a body, and undoes what it did if it fails for good. Everything that the body starts must have ended when it
   * does: a streamed run is read within it.
   *
   * @param body is given its compensations; tools within it find them by {@link currentCompensations}
   * @returns what the body returns
   * @throws CompensationError when the body failed and some compensations failed for good too
   */
  static async protect<T>(
    context: Context | DurableContext,
    body: (compensations: Compensations) => Promise<T> | T,
  ): Promise<T> {
    const ctx = DurableContext.from(context);
    const compensations = new Compensations(ctx);
    try {
      const result = await compensations.#scope.run(() =>
        current.run(compensations, () => body(compensations)),
      );
      compensations.#state = "succeeded";
      return result;
    } catch (error) {
      // One that Restate retries: the next attempt is still in the body.
      if (!(error instanceof TerminalError)) throw error;
      throw await compensations.#fail(error);
    }
  }

  /**
   * Adds a durable step that undoes an effect. Call it before the effect.
   *
   * @param name of the step, without personal data
   * @param action is aborted by its signal when its attempt does; what it throws is retried, unless it is terminal
   * @param options of its retries: 20 attempts by default, 100 ms to one minute apart, eleven minutes in all
   * @throws TerminalError inside of a durable step, and when the body has ended
   */
  add(name: string, action: (step: DurableStep) => unknown, options: CompensationOptions = {}): void {
    this.#add(name, async () => {
      await this.#context.run(name, async (step) => void (await action(step)), {
        ...DEFAULT_RETRIES,
        ...options,
      });
    });
  }

  /**
   * Adds what undoes an effect by operations of the context, such as a call of another service. Call it before the
   * effect. What the action throws is its failure; it runs again only if a cancellation of this invocation, which
   * Restate passes on to the services it calls, made it fail.
   *
   * ```ts
   * currentCompensations().addCall("cancel car", (ctx) => ctx.client(cars).cancel({ bookingId }));
   * ```
   *
   * @param name that it is reported by when it fails, without personal data
   * @param action is replayed code
   * @throws TerminalError inside of a durable step, and when the body has ended
   */
  addCall(name: string, action: (ctx: DurableContext) => Promise<unknown>): void {
    this.#add(name, async () => {
      for (;;) {
        const before = operationsOf(this.#context).cancellation;
        try {
          await action(this.#context);
          return;
        } catch (error) {
          if (operationsOf(this.#context).cancellation === before) throw error;
        }
      }
    });
  }

  #add(name: string, action: () => Promise<void>): void {
    // In a step it would be lost on a replay.
    operationsOf(this.#context).assertReplayable("Compensations.add");
    if (this.#state !== "open" || this.#outerHasFailed()) {
      throw new TerminalError(
        `The compensation "${name}" was added after its protected body had ended. ` +
          "Await everything that the body starts, and read a streamed run, within Compensations.protect.",
      );
    }
    let undone: Promise<FailedCompensation | undefined> | undefined;
    const undo = () => {
      undone ??= this.#observed(name, action).then(
        () => undefined,
        (error: unknown) => ({ name, error }),
      );
      return undone;
    };
    this.#all.push({ owner: this, undo });
  }

  async #observed(name: string, action: () => Promise<void>): Promise<void> {
    const ended = observerOf(this.#context.request())?.work({ kind: "compensation", name });
    try {
      await action();
      ended?.({});
    } catch (error) {
      ended?.({ errorType: errorTypeOf(error) });
      throw error;
    }
  }

  /** Undoes what the body did. @returns what the body ends with */
  async #fail(error: TerminalError): Promise<TerminalError> {
    this.#state = "failed";
    // The body around this one undoes it all, in order.
    if (this.#outerHasFailed()) return error;
    const undoing = () => current.run(this, () => this.#undoAll());
    const failed = await EffectScope.undoing(undoing);
    return failed.length > 0 ? new CompensationError(error, failed) : error;
  }

  async #undoAll(): Promise<FailedCompensation[]> {
    await this.#scope.close();
    const failed: FailedCompensation[] = [];
    for (const { owner, undo } of this.#all.toReversed()) {
      const failure = owner.#isWithin(this) ? await undo() : undefined;
      if (failure) failed.push(failure);
    }
    return failed;
  }

  #outerHasFailed(): boolean {
    return this.#outer.some((outer) => outer.#state === "failed");
  }

  #isWithin(other: Compensations): boolean {
    return this === other || this.#outer.includes(other);
  }
}

/**
 * The compensations of the protected body that this code is part of.
 *
 * @throws TerminalError outside of {@link Compensations.protect}
 */
export function currentCompensations(): Compensations {
  const compensations = current.getStore();
  if (compensations) return compensations;
  throw new TerminalError(
    "There is nothing that would undo this code's effects. Run its agent within Compensations.protect(ctx, () => …).",
  );
}
