// What the replayed code of a run tells of itself. Its events are numbered in the order in which the code gets to them,
// which every replay repeats, so that no reader sees one twice.

import { CancelledError, TerminalError } from "@restatedev/restate-sdk";
import type { ModelListener } from "../agents/models/stream-model.step.ts";
import { currentDurableRun, withDurableRun } from "../agents/run.ts";
import type { ToolCall, ToolCallHandler } from "../agents/tools/tool-calls.ts";
import type { DurableContext } from "../runtime/durable-context.ts";
import { executionOf } from "./model-execution.step.ts";
import { deliveryTo, type ProgressListener, type ProgressPublisher } from "./on-progress.ts";
import { ProgressChannel } from "./progress-channel.ts";
import type { WireRunEvent } from "./progress-events.ts";

const runsOf = new WeakMap<DurableContext, number>();

type Unnumbered<E> = E extends { n: number } ? Omit<E, "n" | "parent"> : never;

/** One model call of a run: its step in the progress. */
export interface ModelProgress {
  /** To be called inside of the durable step, each time it runs. */
  readonly execution: (signal: AbortSignal) => ModelListener;
  /** @param text the journaled reply's */
  readonly ended: (text: string) => void;
}

/** What is shared by all that belongs to one run. */
interface Lane {
  readonly channel: ProgressChannel;
  nextEvent: number;
  nextStep: number;
  /** Who is at work, by the tool call it works for. */
  readonly agents: Map<string | undefined, string>;
}

export class RunProgress {
  readonly #lane: Lane;
  readonly #parent: string | undefined;

  /** Begins to tell of a run. */
  static start(
    context: DurableContext,
    onProgress: ProgressListener | ProgressPublisher,
    agent: string,
  ): RunProgress {
    const invocationId = context.request().id;
    const number = (runsOf.get(context) ?? 0) + 1;
    runsOf.set(context, number);
    const run = `${invocationId}/${number}`;
    const warn = (message: string) => context.console.warn(message);
    const channel = ProgressChannel.of(run);
    channel.attach(deliveryTo(onProgress, { run, invocationId, warn }));
    const agents = new Map([[undefined, agent]]);
    const progress = new RunProgress({ channel, nextEvent: 0, nextStep: 0, agents });
    progress.#tell({ type: "run_started", agent });
    return progress;
  }

  private constructor(lane: Lane, parent?: string) {
    this.#lane = lane;
    this.#parent = parent;
  }

  /** A model call that begins now. */
  modelStarted(agent: string): ModelProgress {
    const { channel, agents } = this.#lane;
    if (agents.get(this.#parent) !== agent) {
      agents.set(this.#parent, agent);
      this.#tell({ type: "agent_updated", agent });
    }
    const step = this.#lane.nextStep++;
    this.#tell({ type: "model_started", agent, step });
    return {
      execution: (signal) => executionOf(channel, step, signal),
      ended: (text) => this.#tell({ type: "model_ended", agent, step, text }),
    };
  }

  approval(type: "approval_requested" | "approval_answered", { agent, tool, callId }: ToolCall): void {
    this.#tell({ type, agent, tool: tool.name, callId });
  }

  /** Tells of each tool call when it is made. The agents that it calls are told of as working for it. */
  readonly toolCall: ToolCallHandler = async ({ agent, tool, callId, input }, invoke) => {
    const run = currentDurableRun();
    // An agent used as a tool makes its calls for another one.
    const progress = run?.progress ?? this;
    const at = { agent, tool: tool.name, callId };
    progress.#tell({ type: "tool_started", ...at });
    const within = new RunProgress(this.#lane, callId);
    try {
      return await (run ? withDurableRun({ ...run, progress: within }, () => invoke(input)) : invoke(input));
    } finally {
      this.#lane.agents.delete(callId);
      progress.#tell({ type: "tool_ended", ...at });
    }
  };

  /** To be called with what the run failed with. An error that Restate retries is no end. */
  failed(error: unknown): void {
    if (error instanceof TerminalError) this.#end(error instanceof CancelledError ? "cancelled" : "failed");
  }

  completed(): void {
    this.#end("completed");
  }

  #end(outcome: Extract<WireRunEvent, { type: "run_ended" }>["outcome"]): void {
    this.#tell({ type: "run_ended", agent: this.#lane.agents.get(undefined) ?? "", outcome });
  }

  #tell(event: Unnumbered<WireRunEvent>): void {
    const lane = this.#lane;
    const parent = this.#parent === undefined ? {} : { parent: this.#parent };
    // The union's members differ in other fields, which Omit has kept.
    lane.channel.event({ n: lane.nextEvent++, ...event, ...parent } as WireRunEvent);
  }
}
