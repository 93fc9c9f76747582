// The plug-in that shows a run while it runs. Its events are numbered in the order in which the replayed code gets to them,
// which every replay repeats, so that no reader sees one twice.

import { AsyncLocalStorage } from "node:async_hooks";
import { CancelledError, TerminalError } from "@restatedev/restate-sdk";
import { type JournaledReply, texts } from "../agents/models/journaled-reply.ts";
import type { ModelCall, Plugin, RunEnding, ToolCall } from "../agents/plugin.ts";
import type { DurableContext } from "../runtime/durable-context.ts";
import { ProgressChannel, type ProgressPublisher } from "./progress-channel.step.ts";
import type { RunEvent } from "./progress-events.ts";
import { type ProgressListener, publishToListener } from "./progress-listener.step.ts";

/**
 * Shows each run while it runs: to a listener in this process, or to readers anywhere, by {@link publishTo}. Its model calls are
 * then streamed. What becomes of the progress never changes the run or fails it.
 *
 * ```ts
 * new DurableRunner(ctx, { plugins: [progress(publishTo({ ingressUrl: "http://restate:8080" }))] });
 * ```
 */
export function progress(target: ProgressListener | ProgressPublisher): Plugin {
  return ({ context, agent }) => {
    const channel = ProgressChannel.of(context.request().id, nextRunOf(context));
    const publisher = typeof target === "function" ? publishToListener(target, channel) : target;
    channel.attach(publisher, (message) => context.console.warn(message));
    const progress = new RunProgress(channel, agent);
    return {
      aroundModelCall: (call, next) => progress.modelCall(call, next),
      aroundToolCall: (call, next) => progress.toolCall(call, next),
      toolCallWaits: (call, isWaiting) => progress.waits(call, isWaiting),
      runEnded: (ending) => progress.ended(ending),
    };
  };
}

const runsOf = new WeakMap<DurableContext, number>();

/** The number of a run in its invocation, from 1 on. */
function nextRunOf(context: DurableContext): number {
  const number = (runsOf.get(context) ?? 0) + 1;
  runsOf.set(context, number);
  return number;
}

class RunProgress {
  readonly #channel: ProgressChannel;
  /** The tool call that the code now running works for. */
  readonly #parent = new AsyncLocalStorage<string>();
  /** Who is at work, by the tool call it works for. */
  readonly #agents: Map<string | undefined, string>;
  #nextEvent = 0;
  #nextStep = 0;

  constructor(channel: ProgressChannel, agent: string) {
    this.#channel = channel;
    this.#agents = new Map([[undefined, agent]]);
    this.#emit({ type: "run_started", agent });
  }

  async modelCall(call: ModelCall, next: () => Promise<JournaledReply>): Promise<JournaledReply> {
    const { agent } = call;
    if (agent === undefined) return next();
    const parent = this.#parent.getStore();
    if (this.#agents.get(parent) !== agent) {
      this.#agents.set(parent, agent);
      this.#emit({ type: "agent_updated", agent });
    }
    const step = this.#nextStep++;
    this.#emit({ type: "model_started", agent, step });
    call.inStep(this.#channel.reporting(step));
    const reply = await next();
    this.#emit({ type: "model_ended", agent, step, text: [...texts(reply.output)].join("") });
    return reply;
  }

  /** The agents that the tool calls are shown as working for it. */
  async toolCall(
    { agent, tool, callId, input }: ToolCall,
    next: (input: string) => Promise<unknown>,
  ): Promise<unknown> {
    const at = { agent, tool: tool.name, callId };
    this.#emit({ type: "tool_started", ...at });
    try {
      return await this.#parent.run(callId, () => next(input));
    } finally {
      this.#agents.delete(callId);
      this.#emit({ type: "tool_ended", ...at });
    }
  }

  waits({ agent, tool, callId }: ToolCall, isWaiting: boolean): void {
    const type = isWaiting ? "approval_requested" : "approval_answered";
    this.#emit({ type, agent, tool: tool.name, callId });
  }

  ended(ending: RunEnding): void {
    const agent = this.#agents.get(undefined) ?? "";
    if (ending.status === "completed") this.#emit({ type: "run_ended", agent, outcome: "completed" });
    // An error that Restate retries is no end.
    else if (ending.error instanceof TerminalError) {
      const outcome = ending.error instanceof CancelledError ? "cancelled" : "failed";
      this.#emit({ type: "run_ended", agent, outcome });
    }
  }

  #emit(event: RunEvent): void {
    const parent = this.#parent.getStore();
    this.#channel.event({ n: this.#nextEvent++, ...event, ...(parent !== undefined && { parent }) });
  }
}
