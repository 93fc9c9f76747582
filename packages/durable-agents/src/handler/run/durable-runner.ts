// The Agents SDK's Runner on Restate.

import {
  type Agent,
  type AgentInputItem,
  type NonStreamRunOptions,
  type RunConfig,
  Runner,
  type RunResult,
  type StreamedRunResult,
  type StreamRunOptions,
} from "@openai/agents-core";
import type { Context } from "@restatedev/restate-sdk";
import { withDurableRun } from "../context/current-run.ts";
import { DurableContext } from "../context/durable-context.ts";
import { DurableModelCalls, type DurableModelCallsOptions } from "./durable-model-calls.ts";
import { durableStream } from "./durable-stream.ts";
import { refuseUnsupported } from "./refusals.ts";
import { RunEnd } from "./run-end.ts";
import { installToolCalls } from "./tool-calls.ts";

/** The Agents SDK's run configuration, with how model calls are made durable. `model` is a name, never an object. */
export type DurableRunnerOptions = Partial<Omit<RunConfig, "model" | "modelProvider">> &
  DurableModelCallsOptions & { readonly model?: string };

// Agents differ in their context and output types; the SDK's own runner takes them all by this type.
// biome-ignore lint/suspicious/noExplicitAny: the SDK's signature, `run<TAgent extends Agent<any, any>>`
type AnyAgent = Agent<any, any>;

/**
 * Runs agents durably: the SDK's `Runner`, whose model calls, tools and sessions go through Restate's journal.
 *
 * ```ts
 * const result = await new DurableRunner(ctx).run(agent, "Is this claim covered?");
 * ```
 *
 * Tool calls of one turn, guardrails and agents used as tools run in parallel, as with the SDK alone.
 */
export class DurableRunner {
  readonly #context: DurableContext;
  readonly #options: DurableRunnerOptions;

  constructor(context: Context | DurableContext, options: DurableRunnerOptions = {}) {
    this.#context = context instanceof DurableContext ? context : DurableContext.from(context);
    this.#options = options;
    installToolCalls();
  }

  /**
   * Runs an agent to its final output.
   *
   * @throws TerminalError when a tool or a model call failed for good, or the invocation was cancelled
   * @throws AgentRunError when the Agents SDK gave up (turn limit, guardrail, unusable reply); its cause is the SDK's error
   */
  run<A extends AnyAgent, C = undefined>(
    agent: A,
    input: string | AgentInputItem[],
    options?: NonStreamRunOptions<C, A>,
  ): Promise<RunResult<C, A>>;
  /**
   * Runs an agent and streams its events. Each model reply is journaled before its events are given out, so that a
   * replay gives the same ones. What ends the run rejects `completed` and the streams.
   */
  run<A extends AnyAgent, C = undefined>(
    agent: A,
    input: string | AgentInputItem[],
    options: StreamRunOptions<C, A>,
  ): Promise<StreamedRunResult<C, A>>;
  async run<A extends AnyAgent, C = undefined>(
    agent: A,
    input: string | AgentInputItem[],
    options?: NonStreamRunOptions<C, A> | StreamRunOptions<C, A>,
  ): Promise<RunResult<C, A> | StreamedRunResult<C, A>> {
    refuseUnsupported(agent);
    const { maxRetryAttempts, initialRetryInterval, maxRetryInterval, modelProvider, ...config } =
      this.#options;
    const models = new DurableModelCalls(this.#context, {
      ...(modelProvider && { modelProvider }),
      ...(maxRetryAttempts !== undefined && { maxRetryAttempts }),
      ...(initialRetryInterval !== undefined && { initialRetryInterval }),
      ...(maxRetryInterval !== undefined && { maxRetryInterval }),
    });
    const runner = new Runner({
      // The SDK would export one trace per replay.
      tracingDisabled: true,
      // A model that calls a tool there is none of is told so, and may try again within its turns.
      toolNotFoundBehavior: "return_error_to_model",
      ...config,
      modelProvider: models,
    });
    const end = new RunEnd(this.#context);
    try {
      return await withDurableRun({ context: this.#context, end }, async () => {
        if (options?.stream) return durableStream(await runner.run<A, C>(agent, input, options), end);
        const whole = options as NonStreamRunOptions<C, A> | undefined;
        const result = await runner.run<A, C>(agent, input, whole);
        end.throwIfEnded();
        return result;
      });
    } catch (error) {
      throw end.errorFor(error);
    }
  }
}
