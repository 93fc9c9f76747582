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
import { CancelledError, type Context } from "@restatedev/restate-sdk";
import { approvalCalls } from "../approvals/approval-calls.ts";
import type { Approvals } from "../approvals/approvals.ts";
import { refuseApprovals } from "../approvals/refuse-approvals.ts";
import { type Budget, checkedBudget } from "../budgets/budget.ts";
import { BudgetMeter, rememberMeter } from "../budgets/budget-meter.ts";
import type { ProgressListener, ProgressPublisher } from "../progress/on-progress.ts";
import { RunProgress } from "../progress/run-progress.ts";
import { DurableContext, operationsOf } from "../runtime/durable-context.ts";
import { keepInput } from "../sessions/keep-input.ts";
import { holdSession } from "../sessions/session-hold.ts";
import { InvocationSpans } from "../telemetry/invocation-spans.ts";
import { installSdkSpans } from "../telemetry/sdk-spans.ts";
import { ToolTraces } from "../telemetry/tool-traces.ts";
import { DurableModelCalls, type DurableModelCallsOptions } from "./models/durable-model-calls.ts";
import { RunEnd } from "./outcome.ts";
import { currentDurableRun, type DurableRun, withDurableRun } from "./run.ts";
import { durableStream } from "./stream.ts";
import { composed, installToolCalls } from "./tools/tool-calls.ts";
import { refuseUnsupported } from "./unsupported.ts";

/** The Agents SDK's run configuration, with how model calls are made durable. `model` is a name, never an object. */
export type DurableRunnerOptions = Partial<Omit<RunConfig, "model" | "modelProvider">> &
  DurableModelCallsOptions & {
    readonly model?: string;
    /** What each run may use; anything when left out. */
    readonly budget?: Budget;
    /** Who is asked about calls of tools with `needsApproval`; without it such a call ends the run. */
    readonly approvals?: Approvals;
    /**
     * Who is told of a run while it runs: a listener in this process, or readers anywhere, by `publishTo`. Its
     * model calls are then streamed. What becomes of the progress never changes the run or fails it.
     */
    readonly onProgress?: ProgressListener | ProgressPublisher;
  };

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

  /** @throws TerminalError when the budget is not valid */
  constructor(context: Context | DurableContext, options: DurableRunnerOptions = {}) {
    this.#context = context instanceof DurableContext ? context : DurableContext.from(context);
    this.#options = options.budget ? { ...options, budget: checkedBudget(options.budget) } : options;
    installToolCalls();
    installSdkSpans();
  }

  /**
   * Runs an agent to its final output.
   *
   * @throws TerminalError when a tool or a model call failed for good, or the invocation was cancelled
   * @throws BudgetExceededError when a model call was needed after the budget had been used up
   * @throws TerminalError when what the agent uses cannot be made durable, or its session is used by another run now
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
    const letGo = holdSession(options?.session);
    const endRun = operationsOf(this.#context).beginRun();
    const ended = () => {
      letGo();
      endRun();
    };
    try {
      const result = await this.#run(agent, input, options);
      if ("completed" in result) result.completed.then(ended, ended);
      else ended();
      return result;
    } catch (error) {
      ended();
      throw error;
    }
  }

  async #run<A extends AnyAgent, C>(
    agent: A,
    input: string | AgentInputItem[],
    options: NonStreamRunOptions<C, A> | StreamRunOptions<C, A> | undefined,
  ): Promise<RunResult<C, A> | StreamedRunResult<C, A>> {
    const {
      maxRetryAttempts,
      initialRetryInterval,
      maxRetryInterval,
      modelProvider,
      budget,
      approvals,
      onProgress,
      ...config
    } = this.#options;
    const models = new DurableModelCalls(this.#context, {
      ...(modelProvider && { modelProvider }),
      ...(maxRetryAttempts !== undefined && { maxRetryAttempts }),
      ...(initialRetryInterval !== undefined && { initialRetryInterval }),
      ...(maxRetryInterval !== undefined && { maxRetryInterval }),
    });
    const spans = InvocationSpans.of(this.#context.request());
    const runner = new Runner({
      // The SDK's own would tell of a run once for each replay.
      tracingDisabled: spans === undefined,
      traceIncludeSensitiveData: spans?.sink.capturesContent ?? false,
      // They would stand between an agent and its model calls, whose steps are named after it.
      tracing: { includeTaskAndTurnSpans: false },
      // A model that calls a tool there is none of is told so, and may try again within its turns.
      toolNotFoundBehavior: "return_error_to_model",
      ...config,
      modelProvider: models,
    });
    const end = new RunEnd(this.#context);
    const meter = new BudgetMeter(budget, currentDurableRun()?.meter);
    const progress = onProgress && RunProgress.start(this.#context, onProgress, agent.name);
    const toolErrorFormatter = options?.toolErrorFormatter ?? config.toolErrorFormatter;
    const approving = approvalCalls({ context: this.#context, end, approvals, toolErrorFormatter });
    const run: DurableRun = {
      context: this.#context,
      end,
      models,
      meter,
      toolTraces: new ToolTraces(),
      isTold: spans !== undefined,
      conversationId: config.groupId,
      checkTools: (agent, tools) => refuseApprovals(agent, tools, approvals),
      toolCall: progress ? composed(approving, progress.toolCall) : approving,
      ...(progress && { progress }),
    };
    try {
      return await withDurableRun(run, async () => {
        if (options?.stream) {
          const streamed = durableStream(await runner.run<A, C>(agent, input, options), end);
          streamed.completed.then(
            () => progress?.completed(),
            (error: unknown) => progress?.failed(error),
          );
          return rememberMeter(streamed, meter);
        }
        const whole = options as NonStreamRunOptions<C, A> | undefined;
        const result = await runner.run<A, C>(agent, input, whole);
        end.noteInterruptions(result.interruptions);
        end.throwIfEnded();
        progress?.completed();
        return rememberMeter(result, meter);
      });
    } catch (error) {
      const ended = end.errorFor(error);
      progress?.failed(ended);
      if (ended instanceof CancelledError) await keepInput(options?.session, input);
      throw ended;
    }
  }
}
