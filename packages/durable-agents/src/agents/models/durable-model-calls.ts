// The model provider of a durable run: every model call becomes one journaled step.

import {
  getCurrentSpan,
  getCurrentTraceContext,
  type Model,
  type ModelProvider,
  type ModelRequest,
  type ModelResponse,
  NoopTrace,
  type StreamEvent,
  type StreamEventResponseCompleted,
  withTraceContext,
} from "@openai/agents-core";
import type { Duration } from "@restatedev/restate-sdk";
import { BudgetExceededError } from "../../budgets/budget-exceeded-error.ts";
import { meteredCall } from "../../budgets/metered-call.step.ts";
import type { ModelProgress } from "../../progress/run-progress.ts";
import { type DurableContext, runTelling } from "../../runtime/durable-context.ts";
import { InvocationSpans } from "../../telemetry/invocation-spans.ts";
import { ModelCallSpan } from "../../telemetry/model-call-span.ts";
import { currentLogicalSpan } from "../../telemetry/sdk-spans.ts";
import { RunEnd } from "../outcome.ts";
import { currentDurableRun } from "../run.ts";
import { callModel } from "./call-model.step.ts";
import { fromWire, type WireModelResponse } from "./model-response.ts";
import { openAIModels } from "./openai-models.step.ts";

/** Who answers model calls, and how often one that fails is made again. */
export interface DurableModelCallsOptions {
  /** Who answers; OpenAI by its own environment variables when left out. Its client must not retry by itself. */
  readonly modelProvider?: ModelProvider;
  /** How often a model call is made before its failure ends the run, the first included; 3 by default. */
  readonly maxRetryAttempts?: number;
  /** How long to wait before the first retry when the API does not say; doubles each time; 500 ms by default. */
  readonly initialRetryInterval?: Duration | number;
  /** The longest wait between retries when the API does not say; 30 s by default. */
  readonly maxRetryInterval?: Duration | number;
}

/**
 * The Agents SDK's model provider on Restate: one journaled step per model call, named after agent and model. A
 * replay takes the reply from the journal; a cancelled invocation aborts the request in flight.
 */
export class DurableModelCalls implements ModelProvider {
  readonly #context: DurableContext;
  readonly #options: DurableModelCallsOptions;
  readonly #provider: ModelProvider;
  readonly #end: RunEnd;

  constructor(context: DurableContext, options: DurableModelCallsOptions = {}) {
    this.#context = context;
    this.#options = options;
    this.#provider = options.modelProvider ?? defaultProvider();
    this.#end = new RunEnd(context);
  }

  async getModel(name?: string): Promise<Model> {
    return {
      getResponse: (request) => this.#agentCall(name, request),
      getStreamedResponse: (request) => this.#stream(name, request),
    };
  }

  /**
   * A model call that is none of an agent's, such as a summary of what was said: one journaled step of the given name.
   * It counts in the run's budget. What it fails with does not end the run.
   *
   * @param model the model's name
   * @throws TerminalError when it failed for good, or the invocation was cancelled
   */
  async call(step: string, model: string, request: ModelRequest): Promise<ModelResponse> {
    return fromWire(await this.#step(step, model, request));
  }

  async #agentCall(name: string | undefined, request: ModelRequest): Promise<ModelResponse> {
    const agent = callingAgent();
    const progress = agent === undefined ? undefined : currentDurableRun()?.progress?.modelStarted(agent);
    try {
      const response = fromWire(await this.#step(stepName(agent, name), name, request, progress));
      progress?.ended([...texts(response)].join(""));
      return response;
    } catch (error) {
      this.#currentEnd().note(error);
      throw error;
    }
  }

  async #step(
    step: string,
    name: string | undefined,
    request: ModelRequest,
    progress?: ModelProgress,
  ): Promise<WireModelResponse> {
    const run = currentDurableRun();
    this.#currentEnd().throwIfEnded();
    // Refused inside of the step: the journal keeps what was decided, whatever the limit is on the next attempt.
    const refusal = run?.meter.admit();
    const spans = InvocationSpans.of(this.#context.request());
    const span = spans && new ModelCallSpan(spans, currentLogicalSpan(), name, request);
    // Restate runs the step outside of the SDK's trace, which its models need; a call outside of a run has none, and a run
    // whose calls are told of already needs none.
    const trace = (span ? null : getCurrentTraceContext()) ?? { trace: new NoopTrace(), span: null };
    const asked = span ? { ...request, tracing: false as const } : request;
    const { maxRetryAttempts = 3, initialRetryInterval = 500, maxRetryInterval = 30_000 } = this.#options;
    try {
      const reply = await runTelling(
        this.#context,
        step,
        ({ signal }) => {
          if (refusal) throw refusal;
          const call = (onReply?: (response: ModelResponse) => void) => {
            const answer = () =>
              withTraceContext(trace, async () => {
                const model = await this.#provider.getModel(name);
                return callModel(model, asked, signal, progress?.execution(signal), onReply);
              });
            return run ? meteredCall(name, run.meter, answer) : answer();
          };
          return span ? span.execute(call) : call();
        },
        { maxRetryAttempts, initialRetryInterval, maxRetryInterval },
        span?.failed,
      );
      span?.replied(reply);
      run?.toolTraces.note(this.#context, reply);
      run?.meter.add(reply.usage);
      return reply;
    } catch (error) {
      const exceeded = BudgetExceededError.from(error);
      // No call was made.
      if (!exceeded) span?.ended(error);
      throw exceeded ?? error;
    }
  }

  #currentEnd(): RunEnd {
    return currentDurableRun()?.end ?? this.#end;
  }

  // The whole reply is journaled before its first event: what a reader has seen, a replay shows again.
  async *#stream(name: string | undefined, request: ModelRequest): AsyncGenerator<StreamEvent> {
    const response = await this.#agentCall(name, request);
    yield { type: "response_started" };
    for (const delta of texts(response)) yield { type: "output_text_delta", delta };
    const { responseId: id = "", output, usage } = response;
    // The event's type leaves out some kinds of items that the SDK itself accepts there.
    const done = { id, output: output as StreamEventResponseCompleted["response"]["output"], usage };
    yield { type: "response_done", response: done };
  }
}

function* texts(response: ModelResponse): Generator<string> {
  for (const item of response.output) {
    if (item.type !== "message" || item.role !== "assistant") continue;
    for (const part of item.content) if (part.type === "output_text") yield part.text;
  }
}

// The SDK does not tell a model which agent calls it, but its span of that agent is the current one.
function callingAgent(): string | undefined {
  const data = getCurrentSpan()?.spanData;
  return data?.type === "agent" ? data.name : undefined;
}

function stepName(agent: string | undefined, model: string | undefined): string {
  // An agent that names no model has an empty string for it.
  return [agent, model || "default model"].filter((part) => part !== undefined).join(" ");
}

let sharedProvider: ModelProvider | undefined;
function defaultProvider(): ModelProvider {
  sharedProvider ??= openAIModels();
  return sharedProvider;
}
