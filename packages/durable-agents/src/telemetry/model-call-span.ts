// The `chat` span of a model call: one for its durable step, with what its failed attempts were.

import type { ModelResponse } from "@openai/agents-core";
import type { Attributes } from "@opentelemetry/api";
import { z } from "zod";
import type { JournaledReply, WireReplySpan, WireUsage } from "../agents/models/journaled-reply.ts";
import type { ModelAttempt, ModelCall } from "../agents/plugin.ts";
import { now } from "../runtime/clock.step.ts";
import type { FailedAttempt } from "../runtime/durable-steps.ts";
import { errorTypeOf } from "../runtime/step-gate.step.ts";
import { capturedInstructions, capturedMessages } from "./captured-messages.ts";
import type { InvocationSpans, LogicalSpan } from "./invocation-spans.ts";
import { ATTR } from "./registry.ts";

export class ModelCallSpan {
  readonly #spans: InvocationSpans;
  readonly #span: LogicalSpan;
  readonly #agent: LogicalSpan | undefined;
  readonly #model: string | undefined;
  readonly #request: ModelCall["request"];
  #firstAttempt: number | undefined;
  #lastFailure: number | undefined;

  /** @param agent the span of the agent whose call it is */
  constructor(spans: InvocationSpans, agent: LogicalSpan | undefined, { model, request }: ModelCall) {
    this.#spans = spans;
    this.#agent = agent;
    this.#model = model || undefined;
    this.#request = request;
    this.#span = spans.start("chat", ["chat", this.#model].filter(Boolean).join(" "), agent);
    Object.assign(this.#span.attributes, {
      [ATTR.requestModel]: this.#model,
      [ATTR.agentName]: agent?.attributes[ATTR.agentName],
      [ATTR.conversationId]: agent?.attributes[ATTR.conversationId],
    });
  }

  /** Replayed: an attempt has failed and is made again. */
  failed({ attempt, startedAt, durationMs, errorType }: FailedAttempt): void {
    if (startedAt === undefined) return;
    this.#firstAttempt ??= startedAt;
    this.#lastFailure = startedAt + durationMs;
    this.#span.startedBy(startedAt);
    this.#spans.learn(this.#lastFailure);
    this.#span.event({
      name: "attempt failed",
      at: this.#lastFailure,
      attributes: { [ATTR.attempt]: attempt, [ATTR.errorType]: errorType },
    });
  }

  /** Replayed: the reply is in the journal. */
  replied({ span }: JournaledReply): void {
    if (!span) return;
    this.#agent?.replied(span.agentStart ?? this.#firstAttempt ?? span.start, span.end);
    this.#spans.learn(span.end);
  }

  /** Replayed: the call has failed for good. */
  ended(error: unknown): void {
    const at = this.#lastFailure;
    this.#span.end({ errorType: errorTypeOf(error), ...(at !== undefined && { at }) });
  }

  /** Runs inside of the step: emits the call's span, and adds to its reply what a replay needs to know of it. */
  async execute(attempt: ModelAttempt, send: () => Promise<JournaledReply>): Promise<JournaledReply> {
    const { emitter } = this.#spans;
    const { attributes } = this.#span;
    const start = now();
    let response: ModelResponse | undefined;
    attempt.onReply((answer) => {
      response = answer;
    });
    try {
      const reply = await send();
      const end = now();
      Object.assign(attributes, await this.#attributesOf(reply, response));
      emitter.modelCall(attributes, end - start);
      this.#span.startedAt(this.#firstAttempt ?? start);
      this.#span.emit(end);
      return { ...reply, span: this.#journaled(start, end, reply) };
    } catch (error) {
      const failed = { ...factsOf(response), [ATTR.errorType]: errorTypeOf(error) };
      emitter.modelCall({ ...attributes, ...failed }, now() - start);
      throw error;
    }
  }

  #journaled(start: number, end: number, { output }: JournaledReply): WireReplySpan {
    const asksForTools = output.some(({ type }) => type === "function_call");
    const agentStart = this.#agent?.lastReply === undefined ? this.#agent?.start : undefined;
    return {
      start,
      end,
      ...(agentStart !== undefined && agentStart < start && { agentStart }),
      ...(asksForTools && { trace: this.#spans.trace.traceId }),
    };
  }

  async #attributesOf(reply: JournaledReply, response: ModelResponse | undefined): Promise<Attributes> {
    const { usage, responseId } = reply;
    const { systemInstructions, input } = this.#request;
    return {
      ...factsOf(response),
      [ATTR.responseId]: responseId,
      [ATTR.inputTokens]: usage.input,
      [ATTR.outputTokens]: usage.output,
      [ATTR.cachedInputTokens]: usage.inputDetails?.cached_tokens,
      [ATTR.reasoningTokens]: usage.outputDetails?.reasoning_tokens,
      [ATTR.costUsd]: await this.#cost(usage),
      ...(this.#spans.emitter.capturesContent && {
        [ATTR.systemInstructions]: JSON.stringify(capturedInstructions(systemInstructions)),
        [ATTR.inputMessages]: JSON.stringify(capturedMessages(input)),
        [ATTR.outputMessages]: response && JSON.stringify(capturedMessages(response.output)),
      }),
    };
  }

  async #cost(usage: WireUsage): Promise<number | undefined> {
    if (usage.nanoUsd !== undefined) return usage.nanoUsd / 1e9;
    return this.#spans.emitter.costOf?.(this.#model, usage);
  }
}

// What is read of a reply of Chat Completions, and of one of the Responses API. The journal leaves it out.
const rawSchema = z.object({
  // It may be a dated version of the one asked.
  model: z.string().optional().catch(undefined),
  choices: z
    .array(z.object({ finish_reason: z.string().nullish() }))
    .optional()
    .catch(undefined),
  incomplete_details: z.object({ reason: z.string().optional() }).nullish().catch(undefined),
});

function factsOf(response: ModelResponse | undefined): Attributes {
  if (!response) return {};
  const raw = rawSchema.safeParse(response.providerData).data;
  const reasons = raw?.choices?.flatMap(({ finish_reason: reason }) => (reason ? [reason] : [])) ?? [];
  // The Responses API has none: a reply is complete, or says why it is not.
  const asksForTools = response.output.some(({ type }) => type === "function_call");
  const reason = raw?.incomplete_details?.reason ?? (asksForTools ? "tool_calls" : "stop");
  return { [ATTR.responseModel]: raw?.model, [ATTR.finishReasons]: reasons.length > 0 ? reasons : [reason] };
}
