// The model provider of a durable run: every model call becomes one journaled step.

import {
  getCurrentSpan,
  getCurrentTraceContext,
  type Model,
  type ModelProvider,
  type ModelRequest,
  type ModelResponse,
  type StreamEvent,
  type StreamEventResponseCompleted,
  withTraceContext,
} from "@openai/agents-core";
import type { Duration } from "@restatedev/restate-sdk";
import { callModel } from "../../journaled/call-model.ts";
import { openAIModels } from "../../journaled/openai-models.ts";
import { fromWire, type WireModelResponse } from "../../wire/model-response.ts";
import { currentDurableRun } from "../context/current-run.ts";
import type { DurableContext } from "../context/durable-context.ts";
import { RunEnd } from "./run-end.ts";

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
      getResponse: async (request) => fromWire(await this.#step(name, request)),
      getStreamedResponse: (request) => this.#stream(name, request),
    };
  }

  async #step(name: string | undefined, request: ModelRequest): Promise<WireModelResponse> {
    const end = currentDurableRun()?.end ?? this.#end;
    end.throwIfEnded();
    // Restate runs the step outside of the SDK's trace, which its models need.
    const trace = getCurrentTraceContext();
    const { maxRetryAttempts = 3, initialRetryInterval = 500, maxRetryInterval = 30_000 } = this.#options;
    try {
      return await this.#context.run(
        stepName(name),
        ({ signal }) =>
          withTraceContext(trace, async () =>
            callModel(await this.#provider.getModel(name), request, signal),
          ),
        { maxRetryAttempts, initialRetryInterval, maxRetryInterval },
      );
    } catch (error) {
      end.note(error);
      throw error;
    }
  }

  // The whole reply is journaled before its first event: what a reader has seen, a replay shows again.
  async *#stream(name: string | undefined, request: ModelRequest): AsyncGenerator<StreamEvent> {
    const response = fromWire(await this.#step(name, request));
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
function stepName(model: string | undefined): string {
  const data = getCurrentSpan()?.spanData;
  const agent = data?.type === "agent" ? data.name : undefined;
  // An agent that names no model has an empty string for it.
  return [agent, model || "default model"].filter((part) => part !== undefined).join(" ");
}

let sharedProvider: ModelProvider | undefined;
function defaultProvider(): ModelProvider {
  sharedProvider ??= openAIModels();
  return sharedProvider;
}
