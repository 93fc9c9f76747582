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
import type { Duration, TerminalError } from "@restatedev/restate-sdk";
import { type DurableContext, operationsOf, stepsOf } from "../../runtime/durable-context.ts";
import type { DurableStep, DurableSteps, FailedAttempt } from "../../runtime/durable-steps.ts";
import type { Operations } from "../../runtime/operations.ts";
import { hooksOfInvocation, type ModelAttempt, type ModelCall, type ModelStepPart } from "../plugin.ts";
import { currentCallTraces, currentDurableRun, Outcome } from "../run.ts";
import { type JournaledReply, texts } from "./journaled-reply.ts";
import { toStepError } from "./model-errors.step.ts";
import { fromWire, toWire } from "./model-response.ts";
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
  readonly #operations: Operations;
  readonly #steps: DurableSteps;
  readonly #provider: ModelProvider;
  readonly #retries: Required<Omit<DurableModelCallsOptions, "modelProvider">>;
  readonly #outcome: Outcome;

  constructor(context: DurableContext, options: DurableModelCallsOptions = {}) {
    const { maxRetryAttempts = 3, initialRetryInterval = 500, maxRetryInterval = 30_000 } = options;
    this.#context = context;
    this.#operations = operationsOf(context);
    this.#steps = stepsOf(context);
    this.#provider = options.modelProvider ?? defaultProvider();
    this.#retries = { maxRetryAttempts, initialRetryInterval, maxRetryInterval };
    this.#outcome = new Outcome(this.#operations);
  }

  async getModel(name?: string): Promise<Model> {
    return {
      getResponse: (request) => this.#agentCall(name, request),
      getStreamedResponse: (request) => this.#stream(name, request),
    };
  }

  /**
   * A model call that is none of an agent's, such as a summary of a conversation: one journaled step of the given name.
   * It counts in the run's budget. What it fails with does not end the run.
   *
   * @param model the model's name
   * @throws TerminalError when it failed for good, or the invocation was cancelled
   */
  async call(step: string, model: string, request: ModelRequest): Promise<ModelResponse> {
    return fromWire(await this.#call(step, new PlannedCall(undefined, model, request)));
  }

  async #agentCall(model: string | undefined, request: ModelRequest): Promise<ModelResponse> {
    try {
      return fromWire(await this.#call(undefined, new PlannedCall(callingAgent(), model, request)));
    } catch (error) {
      this.#currentOutcome().note(error);
      throw error;
    }
  }

  /** @param step the step's name; after the agent and the model when left out */
  async #call(step: string | undefined, call: PlannedCall): Promise<JournaledReply> {
    this.#currentOutcome().throwIfEnded();
    const hooks = currentDurableRun()?.hooks ?? hooksOfInvocation(this.#context.request());
    return hooks.reduceRight(
      (next, { aroundModelCall }) => (aroundModelCall ? () => aroundModelCall(call, next) : next),
      () => this.#step(step ?? this.#stepName(call), call),
    )();
  }

  async #step(step: string, call: PlannedCall): Promise<JournaledReply> {
    // Restate runs the step outside of the SDK's trace, which its models need; a call outside of a run has none.
    const trace = getCurrentTraceContext() ?? { trace: new NoopTrace(), span: null };
    const action = ({ signal }: DurableStep) =>
      withTraceContext(trace, () => answer(this.#provider, call, signal));
    const onFailedAttempt = (failed: FailedAttempt) => {
      for (const listener of call.failureListeners) listener(failed);
    };
    const reply = await this.#steps.run(step, action, { ...this.#retries, onFailedAttempt });
    currentCallTraces()?.note(this.#context, reply);
    return reply;
  }

  // The model may be another one since the step was journaled, as it is a setting: then the journal's name stands.
  #stepName({ agent, model }: PlannedCall): string {
    const prefix = agent === undefined ? "" : `${agent} `;
    const journaled = this.#operations.nextJournaled;
    // An agent that names no model has an empty string for it.
    return journaled?.startsWith(prefix) ? journaled : prefix + (model || "default model");
  }

  #currentOutcome(): Outcome {
    return currentDurableRun()?.outcome ?? this.#outcome;
  }

  // The whole reply is journaled before its first event: what a reader has seen, a replay shows again.
  async *#stream(name: string | undefined, request: ModelRequest): AsyncGenerator<StreamEvent> {
    const response = await this.#agentCall(name, request);
    yield { type: "response_started" };
    for (const delta of texts(response.output)) yield { type: "output_text_delta", delta };
    const { responseId: id = "", output, usage } = response;
    // The event's type leaves out some kinds of items that the SDK itself accepts there.
    const done = { id, output: output as StreamEventResponseCompleted["response"]["output"], usage };
    yield { type: "response_done", response: done };
  }
}

/** A call with what its plug-ins have added to it. */
class PlannedCall implements ModelCall {
  readonly agent: string | undefined;
  readonly model: string | undefined;
  request: ModelRequest;
  refusal: TerminalError | undefined;
  readonly stepParts: ModelStepPart[] = [];
  readonly failureListeners: ((failed: FailedAttempt) => void)[] = [];

  constructor(agent: string | undefined, model: string | undefined, request: ModelRequest) {
    this.agent = agent;
    this.model = model;
    this.request = request;
  }

  refuse(error: TerminalError): void {
    this.refusal ??= error;
  }

  inStep(part: ModelStepPart): void {
    this.stepParts.push(part);
  }

  onFailedAttempt(listener: (failed: FailedAttempt) => void): void {
    this.failureListeners.push(listener);
  }
}

let sharedProvider: ModelProvider | undefined;
function defaultProvider(): ModelProvider {
  sharedProvider ??= openAIModels();
  return sharedProvider;
}

/** The name of the agent whose model call begins here: the SDK does not name it to a model, but its span is the current one. */
function callingAgent(): string | undefined {
  const data = getCurrentSpan()?.spanData;
  return data?.type === "agent" ? data.name : undefined;
}

// What follows runs inside of the durable step.

/** One attempt of a call, with what its plug-ins do around it. */
async function answer(
  provider: ModelProvider,
  { model, request, refusal, stepParts }: PlannedCall,
  signal: AbortSignal,
): Promise<JournaledReply> {
  // Refused inside of the step: the journal keeps what was decided, whatever is decided on the next attempt.
  if (refusal) throw refusal;
  const listeners: ((response: ModelResponse) => void)[] = [];
  const attempt: ModelAttempt = {
    signal,
    ask: (asked, how) => asked.getResponse(how),
    onReply: (listener) => void listeners.push(listener),
  };
  const send = async () => {
    const asked = await provider.getModel(model);
    try {
      const response = await attempt.ask(asked, { ...request, signal });
      if (!Array.isArray(response.output) || response.output.length === 0) {
        throw new Error("the reply has no choices");
      }
      for (const listener of listeners) listener(response);
      return toWire(response);
    } catch (error) {
      throw toStepError(error);
    }
  };
  return stepParts.reduceRight<() => Promise<JournaledReply>>(
    (next, part) => () => part(attempt, next),
    send,
  )();
}
