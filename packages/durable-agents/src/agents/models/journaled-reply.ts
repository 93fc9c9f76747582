// The form in which the journal stores a model's reply.

import type { AgentOutputItem } from "@openai/agents-core";

/**
 * What the journal stores of a model's reply, version 1.
 *
 * It leaves out what can be derived or is never read again: the API's raw body (`providerData`, which repeats the
 * whole output and echoes the instructions and tools), raw usage, the request id, totals that are sums, and a
 * message's or tool call's `status` where it is the usual "completed".
 */
export interface JournaledReply {
  readonly v: 1;
  readonly output: readonly WireOutputItem[];
  readonly usage: WireUsage;
  readonly responseId?: string;
  /** What spans are drawn from; only of a call that was made with telemetry on. */
  readonly span?: WireReplySpan;
}

/** When a reply came, and in which trace. */
export interface WireReplySpan {
  /** When the call was made, in milliseconds since 1970. */
  readonly start: number;
  /** When the reply was there, in milliseconds since 1970. */
  readonly end: number;
  /** When the agent had begun, in milliseconds since 1970; of its first call, if it did something before. */
  readonly agentStart?: number;
  /** The trace's id, when the reply asks for tools: calls of other services that they make are made in it. */
  readonly trace?: string;
}

/** An output item of the Agents SDK's protocol, without empty and default fields. */
export type WireOutputItem = Readonly<Record<string, unknown>> & { readonly type?: string };

/** Tokens of one reply. Details are the API's own counters, such as `cached_tokens`; zeros are left out. */
export interface WireUsage {
  readonly input: number;
  readonly output: number;
  /** Only where it is not the sum of both. */
  readonly total?: number;
  readonly inputDetails?: Readonly<Record<string, number>>;
  readonly outputDetails?: Readonly<Record<string, number>>;
  /** The cost of the reply when it came, in whole billionths of a US dollar; only of a run with a budget of cost. */
  readonly nanoUsd?: number;
}

/** The texts of a reply, in order. */
export function* texts(output: readonly (AgentOutputItem | WireOutputItem)[]): Generator<string> {
  for (const item of output) {
    if (item.type !== "message" || !("content" in item) || !Array.isArray(item.content)) continue;
    for (const part of item.content) if (part.type === "output_text") yield part.text;
  }
}
