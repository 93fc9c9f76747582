// A function tool whose work is durable.

import { type FunctionTool, type RunContext, type ToolOptions, tool } from "@openai/agents-core";
import type { z } from "zod";
import { rethrowRestateErrors } from "../../errors.ts";
import { currentDurableContext, currentDurableRun } from "../context/current-run.ts";
import type { DurableContext } from "../context/durable-context.ts";

export interface DurableToolOptions<P extends ToolParameters, C> {
  readonly name: string;
  /** What the model is told the tool is for. */
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
   * Turns an error into a message for the model. By default terminal errors end the run and all others go to the
   * model; `null` ends the run with any error.
   */
  readonly errorFunction?: ((context: RunContext<C>, error: unknown) => Promise<string> | string) | null;
}

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
  const { name, description, parameters, execute, errorFunction = rethrowRestateErrors } = options;
  const sdkOptions = {
    name,
    description,
    parameters,
    errorFunction:
      errorFunction && ((run: RunContext<C>, error: unknown) => noting(() => errorFunction(run, error))),
    execute: (input: z.infer<P>, run?: RunContext<C>) => {
      const work = () => execute(input, currentDurableContext(), run);
      return errorFunction ? work() : noting(work);
    },
  };
  // The SDK's options are a conditional type of P, which TypeScript cannot resolve while P is generic.
  return tool<P, C>(sdkOptions as unknown as ToolOptions<P, C>);
}

// What leaves a tool ends the run, also when an agent used as a tool makes a message of it on the way up.
async function noting<T>(body: () => Promise<T> | T): Promise<T> {
  try {
    return await body();
  } catch (error) {
    currentDurableRun()?.end.note(error);
    throw error;
  }
}
