// The `chat` span of a model call: one for its durable step, with what its failed attempts were.

import type { ModelRequest, ModelResponse } from "@openai/agents-core";
import type { JournaledReply, WireReplySpan, WireUsage } from "../agents/models/model-response.ts";
import type { ModelAttempt } from "../agents/plugin.ts";
import { now } from "../runtime/clock.step.ts";
import type { FailedAttempt } from "../runtime/durable-steps.ts";
import { errorTypeOf } from "../runtime/step-gate.step.ts";
import { capturedInstructions, capturedMessages } from "./captured-messages.ts";
import type { InvocationSpans } from "./invocation-spans.ts";
import type { LogicalSpan } from "./logical-span.ts";
import { ATTR } from "./registry.ts";
import { type ReplyFacts, replyFacts } from "./reply-facts.step.ts";

export class ModelCallSpan {
  readonly #spans: InvocationSpans;
  readonly #span: LogicalSpan;
  readonly #agent: LogicalSpan | undefined;
  readonly #model: string | undefined;
  readonly #request: ModelRequest;
  #firstAttempt: number | undefined;
  #lastFailure: number | undefined;

  /** @param agent the span of the agent whose call it is */
  constructor(
    spans: InvocationSpans,
    agent: LogicalSpan | undefined,
    model: string | undefined,
    request: ModelRequest,
  ) {
    this.#spans = spans;
    this.#agent = agent;
    this.#model = model || undefined;
    this.#request = request;
    this.#span = spans.start("chat", ["chat", this.#model].filter(Boolean).join(" "), agent);
    Object.assign(this.#span.attributes, {
      [ATTR.requestModel]: this.#model,
      [ATTR.agentName]: agent?.attributes[ATTR.agentName],
      [ATTR.conversationId]: agent?.attributes[ATTR.conversationId],
      [ATTR.langfusePromptName]: request.prompt?.promptId,
      [ATTR.langfusePromptVersion]: request.prompt?.version,
    });
  }

  /** Replayed: an attempt has failed and is made again. */
  readonly failed = ({ attempt, startedAt, durationMs, errorType }: FailedAttempt): void => {
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
  };

  /** Runs inside of the step: emits the call's span, and adds to its reply what a replay needs to know of it. */
  async execute(attempt: ModelAttempt, send: () => Promise<JournaledReply>): Promise<JournaledReply> {
    const start = now();
    let facts: ReplyFacts | undefined;
    let response: ModelResponse | undefined;
    try {
      attempt.onReply((answer) => {
        facts = replyFacts(answer);
        response = answer;
      });
      const reply = await send();
      const end = now();
      const costUsd = await this.#cost(reply.usage);
      this.#measure({ start, end, facts, usage: reply.usage, costUsd });
      this.#emit({ start, end, facts, reply, response, costUsd });
      const asksForTools = reply.output.some(({ type }) => type === "function_call");
      const agentStart = this.#agent?.lastReply === undefined ? this.#agent?.start : undefined;
      const span: WireReplySpan = {
        start,
        end,
        ...(agentStart !== undefined && agentStart < start && { agentStart }),
        ...(asksForTools && { trace: this.#spans.trace.traceId }),
      };
      return { ...reply, span };
    } catch (error) {
      this.#measure({ start, end: now(), facts, errorType: errorTypeOf(error) });
      throw error;
    }
  }

  /** Replayed: the reply is in the journal. */
  replied({ span }: JournaledReply): void {
    if (!span) return;
    this.#agent?.replied(span.agentStart ?? this.#firstAttempt ?? span.start, span.end);
    this.#spans.learn(span.end);
  }

  /** Replayed: the call has failed for good. */
  ended(error: unknown): void {
    this.#span.end({
      errorType: errorTypeOf(error),
      ...(this.#lastFailure !== undefined && { at: this.#lastFailure }),
    });
  }

  async #cost(usage: WireUsage): Promise<number | undefined> {
    if (usage.nanoUsd !== undefined) return usage.nanoUsd / 1e9;
    return this.#spans.sink.costOf?.(this.#model, usage);
  }

  #measure(call: {
    readonly start: number;
    readonly end: number;
    readonly facts: ReplyFacts | undefined;
    readonly usage?: WireUsage;
    readonly costUsd?: number | undefined;
    readonly errorType?: string;
  }): void {
    const agent = this.#agent?.attributes[ATTR.agentName];
    this.#spans.sink.modelCall({
      agent: typeof agent === "string" ? agent : undefined,
      requestModel: this.#model,
      responseModel: call.facts?.model,
      inputTokens: call.usage?.input ?? 0,
      outputTokens: call.usage?.output ?? 0,
      costUsd: call.costUsd,
      durationMs: call.end - call.start,
      errorType: call.errorType,
    });
  }

  #emit(made: {
    readonly start: number;
    readonly end: number;
    readonly facts: ReplyFacts | undefined;
    readonly reply: JournaledReply;
    readonly response: ModelResponse | undefined;
    readonly costUsd: number | undefined;
  }): void {
    const { start, end, facts, reply, response, costUsd } = made;
    const { usage, responseId } = reply;
    this.#span.startedAt(this.#firstAttempt ?? start);
    Object.assign(this.#span.attributes, {
      [ATTR.responseModel]: facts?.model,
      [ATTR.responseId]: responseId,
      [ATTR.finishReasons]: facts && [...facts.finishReasons],
      [ATTR.inputTokens]: usage.input,
      [ATTR.outputTokens]: usage.output,
      [ATTR.cachedInputTokens]: usage.inputDetails?.cached_tokens,
      [ATTR.reasoningTokens]: usage.outputDetails?.reasoning_tokens,
      [ATTR.costUsd]: costUsd,
    });
    if (this.#spans.sink.capturesContent) {
      Object.assign(this.#span.attributes, {
        [ATTR.systemInstructions]: JSON.stringify(capturedInstructions(this.#request.systemInstructions)),
        [ATTR.inputMessages]: JSON.stringify(capturedMessages(this.#request.input)),
        [ATTR.outputMessages]: response && JSON.stringify(capturedMessages(response.output)),
      });
    }
    this.#spans.sink.span(this.#span.finished(end));
  }
}
