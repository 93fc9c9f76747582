// The progress of a run: the events that its process sends, and the frames that readers get. Not part of
// any journal that is replayed; a topic stores frames and its ledger as its state.

import { z } from "zod";

const agentAt = {
  /** The name of the agent. */
  agent: z.string(),
  /** The tool call that this agent works for, if it is used as a tool. */
  parent: z.string().optional(),
};
const modelCall = { ...agentAt, step: z.int() };
const toolCall = { ...agentAt, tool: z.string(), callId: z.string() };

const runEventSchema = z.discriminatedUnion("type", [
  z.object({ type: z.literal("run_started"), ...agentAt }),
  z.object({ type: z.literal("agent_updated"), ...agentAt }),
  z.object({ type: z.literal("model_started"), ...modelCall }),
  z.object({ type: z.literal("model_ended"), ...modelCall, text: z.string() }),
  z.object({ type: z.literal("approval_requested"), ...toolCall }),
  z.object({ type: z.literal("approval_answered"), ...toolCall }),
  z.object({ type: z.literal("tool_started"), ...toolCall }),
  z.object({ type: z.literal("tool_ended"), ...toolCall }),
  z.object({
    type: z.literal("run_ended"),
    ...agentAt,
    outcome: z.enum(["completed", "failed", "cancelled"]),
  }),
]);
/** What the replayed code of a run gets to. */
export type RunEvent = z.infer<typeof runEventSchema>;

/** `n` is the event's place in the run: a replay tells the same events again, under the same numbers. */
const numberedEventSchema = z.object({ n: z.int() }).and(runEventSchema);
export type WireRunEvent = z.infer<typeof numberedEventSchema>;

/**
 * An event of one execution of a model step, which no replay repeats. `n` is its place in the execution. A model step
 * that is retried, or runs again after a crash, has several executions.
 */
const executionEvent = { step: z.int(), execution: z.string(), n: z.int() };
const executionEventSchema = z.discriminatedUnion("type", [
  z.object({ type: z.literal("text"), ...executionEvent, delta: z.string() }),
  z.object({ type: z.literal("failed"), ...executionEvent }),
]);
export type WireExecutionEvent = z.infer<typeof executionEventSchema>;

export type WireProgressEvent = WireRunEvent | WireExecutionEvent;

/** What a run's process sends, version 1. Sending it twice changes nothing. */
export const progressBatchSchema = z.object({
  v: z.literal(1),
  /** The invocation and, after a slash, the run's number in it. */
  run: z.string(),
  /** When it was sent, in milliseconds since 1970. */
  sentAt: z.int().positive(),
  events: z.array(z.union([executionEventSchema, numberedEventSchema])),
});
export type WireProgressBatch = z.infer<typeof progressBatchSchema>;

const stepFrame = { ...modelCall, attempt: z.int() };
const frameBodySchema = z.discriminatedUnion("type", [
  ...runEventSchema.options,
  z.object({ type: z.literal("text_delta"), ...stepFrame, delta: z.string() }),
  z.object({ type: z.literal("reset"), ...stepFrame }),
]);
/** A frame without its place. */
export type FrameBody = z.infer<typeof frameBodySchema>;

export const progressFrameSchema = z.union([
  z.object({ v: z.literal(1), id: z.int(), run: z.string(), seq: z.int() }).and(frameBodySchema),
  z.object({ type: z.literal("truncated"), v: z.literal(1), id: z.int() }),
]);

/**
 * What a reader learns of a run while it runs. Each has an `id`, which grows within a topic: a reader goes on after the
 * last one it has seen. `run` names the run: the invocation and, after a slash, the run's number in it.
 *
 * - `run_started`, `run_ended`; `agent_updated` when another agent takes over, or is used as a tool;
 * - `model_started`, `text_delta`, `model_ended`: one model call, numbered by `step`. `text_delta` carries the part of
 *   the text that came since the last one; `model_ended` the whole text, which is the one that counts;
 * - `reset`: what was shown of this step's text is void. The model is asked again; the next deltas have a higher
 *   `attempt`;
 * - `tool_started`, `tool_ended`, and before them `approval_requested`, `approval_answered`: by name and call id, never
 *   with arguments or results;
 * - `truncated`: frames before this one are gone; what was collected of them is void.
 *
 * `seq` of a `text_delta` is its place in the attempt, from 0 on; of a `reset`, the place after the last delta. Of all
 * others it is the place in the run, and a replay of the run tells them under the same number.
 */
export type ProgressFrame = z.infer<typeof progressFrameSchema>;

/** What a topic, or a process that follows its own runs, remembers to make frames of events. Version 1. */
export interface WireProgressLedger {
  readonly v: 1;
  /** The id of the last frame. */
  readonly last: number;
  /** By run; the one with the newest event stands last. */
  readonly runs: Readonly<Record<string, WireRunProgress>>;
}

export interface WireRunProgress {
  /** The number of the last event of the replayed code; -1 before the first. */
  readonly seen: number;
  /** The model calls that have begun and not ended, by step. */
  readonly steps: Readonly<Record<string, WireStepProgress>>;
}

export interface WireStepProgress {
  readonly agent: string;
  readonly parent?: string;
  /** The execution that is shown. */
  readonly execution?: string;
  /** Which of the step's executions it is, from 1 on. */
  readonly attempt: number;
  /** The number of its next event. */
  readonly next: number;
  /** Whether readers hold text of it. */
  readonly shown: boolean;
}

/** A topic's state besides its older frames, version 1. */
export interface WireProgressTopic {
  readonly v: 1;
  /** Ids begin above it: the time of the first batch, so that they grow even when the topic begins anew. */
  readonly base: number;
  readonly ledger: WireProgressLedger;
  /** Older frames lie in parts; the number of the oldest that is kept. */
  readonly firstPart: number;
  /** How many parts there have been. */
  readonly parts: number;
  /** The frames after those of the parts. */
  readonly newest: readonly ProgressFrame[];
  /** Awakeables of the readers that wait for the next frame. */
  readonly waiting: readonly string[];
}

/** A part of a topic's older frames, version 1. */
export interface WireProgressPart {
  readonly v: 1;
  readonly frames: readonly ProgressFrame[];
}
