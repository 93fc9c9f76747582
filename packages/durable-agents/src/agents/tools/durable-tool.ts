// A function tool whose work is durable.

import { type FunctionTool, type RunContext, type ToolOptions, tool } from "@openai/agents-core";
import type { z } from "zod";
import type { DurableContext } from "../../runtime/durable-context.ts";
import { rethrowRestateErrors } from "../errors.ts";
import { currentDurableContext } from "../run.ts";

/** A tool for {@link durableTool} to make: its description for the model, and what it does. */
export interface DurableToolOptions<P extends ToolParameters, C> {
  readonly name: string;
  /** The tool's purpose, for the model. */
  readonly description: string;
  /** The arguments; what does not fit goes back to the model as a message. */
  readonly parameters: P;
  /** The tool's work. Put I/O, clocks and random numbers into `ctx.run`. What it returns, the model reads. */
  readonly execute: (
    input: z.infer<P>,
    ctx: DurableContext,
    run?: RunContext<C>,
  ) => Promise<unknown> | unknown;
  /**
   * Whether a person must approve a call before `execute` runs: always, or by its arguments. The run waits in place,
   * durably, and DurableRunner's `approvals` say who is asked. A function is replayed code, as `execute` is.
   */
  readonly needsApproval?: NeedsApproval<P>;
  /** What becomes of an error in `execute`; {@link rethrowRestateErrors} by default. */
  readonly errorFunction?: ToolErrorFunction<C>;
}

/**
 * Turns an error of a tool into a message for the model, or throws what the run ends with:
 *
 * - {@link rethrowRestateErrors}: terminal errors end the run, all others go to the model;
 * - {@link reportErrorsToModel}: all go to the model;
 * - `null`: any error ends the run.
 *
 * A cancellation ends the run whatever it returns.
 */
export type ToolErrorFunction<C = unknown> =
  | ((context: RunContext<C>, error: unknown) => Promise<string> | string)
  | null;

/** The SDK's approval policy: `true`, or a function of the arguments. */
export type NeedsApproval<P extends ToolParameters> =
  | boolean
  | ((run: RunContext, input: z.infer<P>, callId?: string) => Promise<boolean> | boolean);

/** What a tool takes: a zod object, as the SDK's strict tools want it. */
export type ToolParameters = z.ZodObject;

/**
 * The SDK's `tool()` with a {@link DurableContext}. Declare it once, outside of any handler; it finds the context of
 * the run that calls it. Tools that the model calls in one turn run in parallel.
 *
 * ```ts
 * const lookUp = durableTool({
 *   name: "look_up_policy",
 *   description: "Looks up a policy",
 *   parameters: z.object({ number: z.string() }),
 *   execute: ({ number }, ctx) => ctx.run("look up policy", () => db.policy(number)),
 * });
 * ```
 */
export function durableTool<P extends ToolParameters, C = unknown>(
  options: DurableToolOptions<P, C>,
): FunctionTool<C, P> {
  const { execute, needsApproval = false, errorFunction = rethrowRestateErrors } = options;
  const sdkOptions = {
    ...options,
    needsApproval,
    errorFunction,
    execute: (input: z.infer<P>, run?: RunContext<C>) => execute(input, currentDurableContext(), run),
  };
  // The SDK's options are a conditional type of P, which TypeScript cannot resolve while P is generic.
  return tool<P, C>(sdkOptions as unknown as ToolOptions<P, C>);
}
