// The Agents SDK's Runner on Restate.

import {
  type AgentInputItem,
  type NonStreamRunOptions,
  type RunConfig,
  Runner,
  type RunResult,
  type StreamedRunResult,
  type StreamRunOptions,
} from "@openai/agents-core";
import type { Context } from "@restatedev/restate-sdk";
import { DurableContext } from "../runtime/durable-context.ts";
import type { AnyAgent } from "./agents-sdk.ts";
import { DurableModelCalls, type DurableModelCallsOptions } from "./models/durable-model-calls.ts";
import { type Plugin, sessionPlugin } from "./plugin.ts";
import { beginRun, rememberRun, withDurableRun } from "./run.ts";
import { durableStream } from "./stream.ts";
import { installToolCalls } from "./tools/tool-calls.ts";
import { refuseUnsupported } from "./unsupported.ts";

/** The Agents SDK's run configuration, with how model calls are made durable. `model` is a name, never an object. */
export type DurableRunnerOptions = Partial<Omit<RunConfig, "model" | "modelProvider">> &
  DurableModelCallsOptions & {
    readonly model?: string;
    /** Take part in each run: `approvals(…)`, `budget(…)`, `progress(…)`, or one of your own. The first is the outermost. */
    readonly plugins?: readonly Plugin[];
  };

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
    this.#context = DurableContext.from(context);
    this.#options = options;
    installToolCalls();
  }

  /**
   * Runs an agent to its final output.
   *
   * @throws TerminalError when a tool or a model call failed for good, or the invocation was cancelled
   * @throws TerminalError when what the agent uses cannot be made durable, or a plug-in or the session refuses the run
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
    const { plugins = [], modelProvider, maxRetryAttempts, ...rest } = this.#options;
    const { initialRetryInterval, maxRetryInterval, ...config } = rest;
    const models = new DurableModelCalls(this.#context, this.#options);
    const settings = {
      context: this.#context,
      models,
      agent: agent.name,
      input,
      isStreamed: options?.stream === true,
      session: options?.session,
      groupId: config.groupId,
      toolErrorFormatter: options?.toolErrorFormatter ?? config.toolErrorFormatter,
    };
    const run = beginRun(settings, [...sessionPlugin(options?.session), ...plugins]);
    try {
      const runner = new Runner({
        // The SDK's own would trace a run once for each replay.
        tracingDisabled: true,
        traceIncludeSensitiveData: false,
        // They would stand between an agent and its model calls, whose steps are named after it.
        tracing: { includeTaskAndTurnSpans: false },
        // A model that calls a tool there is none of reads that, and may try again within its turns.
        toolNotFoundBehavior: "return_error_to_model",
        ...Object.assign({}, ...run.hooks.map(({ runConfig }) => runConfig)),
        ...config,
        modelProvider: models,
      });
      const result = await withDurableRun(run, async () => {
        if (options?.stream) return durableStream(await runner.run<A, C>(agent, input, options), run);
        const whole = await runner.run<A, C>(agent, input, options as NonStreamRunOptions<C, A> | undefined);
        run.outcome.noteInterruptions(whole.interruptions);
        run.outcome.throwIfEnded();
        return whole;
      });
      if (!run.isStreamed) await run.ended({ status: "completed" });
      return rememberRun(result, run);
    } catch (thrown) {
      const error = run.outcome.errorFor(thrown);
      await run.ended({ status: "failed", error });
      throw error;
    }
  }
}
