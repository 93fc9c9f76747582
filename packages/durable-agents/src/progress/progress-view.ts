// Folds frames into a view: the text to show, who is at work, which tools run.

import type { ProgressFrame } from "./progress-events.ts";

/** A tool call that is under way. */
export interface ToolInProgress {
  readonly callId: string;
  readonly tool: string;
  readonly agent: string;
  /** Whether it waits for an approval. */
  readonly waitsForApproval: boolean;
}

/** How far a run has come. */
export interface ProgressView {
  /** The id of the last frame: a reader goes on after it. */
  readonly lastId: number;
  /** The run that is shown: the one that began last. */
  readonly run?: string;
  readonly status: "waiting" | "running" | "completed" | "failed" | "cancelled";
  /** The agent at work; not one that is used as a tool. */
  readonly agent?: string;
  /** The model call whose text is shown. */
  readonly step?: number;
  /** What the agent has said in its last model call. Show it as it is: never append to what was shown before. */
  readonly text: string;
  /** The tool calls under way, those of agents used as tools included. */
  readonly tools: readonly ToolInProgress[];
}

/** Before the first frame. */
export const EMPTY_PROGRESS_VIEW: ProgressView = { lastId: 0, status: "waiting", text: "", tools: [] };

/**
 * Folds one more frame into what is shown. Frames that come twice change nothing. A topic of several runs shows the
 * one that began last; to show another, fold its frames alone.
 *
 * ```ts
 * let view = EMPTY_PROGRESS_VIEW;
 * for await (const frame of readProgress({ ingressUrl, topic })) show((view = foldProgress(view, frame)));
 * ```
 */
export function foldProgress(view: ProgressView, frame: ProgressFrame): ProgressView {
  if (frame.id <= view.lastId) return view;
  const next = { ...view, lastId: frame.id };
  if (frame.type === "truncated") return { ...EMPTY_PROGRESS_VIEW, lastId: frame.id };
  if (frame.type === "run_started") {
    const { run, agent } = frame;
    return { ...EMPTY_PROGRESS_VIEW, lastId: frame.id, status: "running", run, agent };
  }
  // After a truncation the run's beginning may be missing.
  if (view.run !== undefined && frame.run !== view.run) return next;
  const known: ProgressView = { ...next, run: frame.run, status: "running" };
  if (frame.type === "run_ended") return { ...known, status: frame.outcome, tools: [] };
  if ("tool" in frame) return { ...known, tools: toolsAfter(view.tools, frame) };
  if (frame.parent !== undefined) return known;
  return ofAgentAtWork(known, frame);
}

type AgentFrame = Extract<
  ProgressFrame,
  { type: "agent_updated" | "model_started" | "text_delta" | "reset" | "model_ended" }
>;

function ofAgentAtWork(view: ProgressView, frame: AgentFrame): ProgressView {
  const { agent } = frame;
  switch (frame.type) {
    case "agent_updated":
      return { ...view, agent };
    case "model_started":
      return { ...view, agent, step: frame.step, text: "" };
    case "text_delta":
      return frame.step === view.step ? { ...view, text: view.text + frame.delta } : view;
    case "reset":
      return frame.step === view.step ? { ...view, text: "" } : view;
    case "model_ended":
      return { ...view, agent, step: frame.step, text: frame.text };
  }
}

type ToolFrame = Extract<ProgressFrame, { tool: string }>;

function toolsAfter(tools: readonly ToolInProgress[], frame: ToolFrame): readonly ToolInProgress[] {
  const { callId, tool, agent, type } = frame;
  const others = tools.filter((other) => other.callId !== callId || other.agent !== agent);
  if (type === "tool_ended" || type === "approval_answered") return others;
  return [...others, { callId, tool, agent, waitsForApproval: type === "approval_requested" }];
}
