// Decides what a run ends with, whoever caught it on the way. A terminal error of a nested agent is turned into a message
// by the tool that wraps the agent, and a guardrail's error loses its identity; neither may let the run go on.

import { TerminalError } from "@restatedev/restate-sdk";
import { type DurableContext, operationsOf } from "../runtime/durable-context.ts";
import { handled } from "../runtime/scheduler.ts";
import { findTerminalError, toRunError } from "./errors.ts";

/** The first terminal error of one run, or its cancellation. */
export class Outcome {
  readonly #context: DurableContext;
  readonly #cancelledBefore: TerminalError | undefined;
  #error: TerminalError | undefined;
  readonly #failed = Promise.withResolvers<never>();

  /** Rejects when something in the run fails for good. A cancellation rejects what waits for Restate by itself. */
  readonly failed: Promise<never> = handled(this.#failed.promise);

  /** @param context in which the run begins now; a cancellation before it, which somebody handled, is none of the run's */
  constructor(context: DurableContext) {
    this.#context = context;
    this.#cancelledBefore = operationsOf(context).cancellation;
  }

  /** Remembers what a tool or a model call throws, if the run must end with it. */
  note(error: unknown): void {
    const terminal = findTerminalError(error);
    if (!terminal) return;
    this.#error ??= terminal;
    this.#failed.reject(terminal);
  }

  /**
   * Ends a run that the SDK interrupted for an approval: what could be seen was refused before, and nobody can go on
   * with the rest.
   */
  noteInterruptions(interruptions: readonly { readonly name?: string | undefined }[]): void {
    const [first] = interruptions;
    if (!first) return;
    const message = `The Agents SDK interrupted the run for an approval of the tool "${first.name}". Only function tools can wait for one.`;
    this.note(new TerminalError(message));
  }

  /** @throws TerminalError when the run must end: before anything else is paid for, or answered */
  throwIfEnded(): void {
    const error = this.#found();
    if (error) throw error;
  }

  /** The error that the run rejects with, for what the Agents SDK threw. */
  errorFor(error: unknown): unknown {
    return this.#found() ?? toRunError(error);
  }

  #found(): TerminalError | undefined {
    const cancellation = operationsOf(this.#context).cancellation;
    return cancellation === this.#cancelledBefore ? this.#error : cancellation;
  }
}
