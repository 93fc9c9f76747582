// The seam through which features and policies take part in runs. The runner knows none of them by name.

import type {
  AgentInputItem,
  Model,
  ModelRequest,
  ModelResponse,
  RunConfig,
  RunContext,
  Session,
  Tool,
  ToolErrorFormatter,
} from "@openai/agents-core";
import type { Request, TerminalError } from "@restatedev/restate-sdk";
import type { DurableContext } from "../runtime/durable-context.ts";
import type { FailedAttempt } from "../runtime/durable-steps.ts";
import type { JournaledReply } from "./models/journaled-reply.ts";
import type { ToolTrace } from "./tools/call-traces.ts";

/**
 * Takes part in the runs of a `DurableRunner`: called when one begins, it returns its part in that run.
 *
 * ```ts
 * const noRefunds: Plugin = () => ({
 *   aroundToolCall: async (call, next) =>
 *     call.tool.name === "refund" ? "Refunds are made by people." : next(call.input),
 * });
 * new DurableRunner(ctx, { plugins: [noRefunds] });
 * ```
 *
 * The first plug-in is the outermost: it sees a call before the others, and its result after them. A plug-in that throws a
 * TerminalError ends the run.
 */
export type Plugin = (run: Run) => RunHooks;

/** A run, as its plug-ins see it. */
export interface Run {
  readonly context: DurableContext;
  /** The name of the agent that it begins with. */
  readonly agent: string;
  readonly input: string | readonly AgentInputItem[];
  readonly isStreamed: boolean;
  readonly session: Session | undefined;
  /** The Agents SDK's `groupId`: the conversation that the run is part of. */
  readonly groupId: string | undefined;
  /** The Agents SDK's option, which words what a model reads of a rejected call. */
  readonly toolErrorFormatter: ToolErrorFormatter | undefined;
  /** Rejects when something in the run fails for good. A cancellation rejects what waits for Restate by itself. */
  readonly failed: Promise<never>;
  /** @throws TerminalError when the run must end: before anything else is paid for, or answered */
  readonly throwIfEnded: () => void;
  /** Tells all plug-ins that a tool call begins to wait for a person, or goes on. */
  readonly toolCallWaits: (call: ToolCall, isWaiting: boolean) => void;
}

/**
 * What a plug-in does in one run; what it leaves out is done as without it. All of it is replayed code, but for what
 * `ModelCall.inStep` adds: it uses no clock, random number or I/O of its own, and the run's context for durable operations.
 */
export interface RunHooks {
  /** Called with the tools of an agent before each of its model calls. @throws TerminalError when it must not offer them */
  readonly checkTools?: (agent: string, tools: readonly Tool[]) => Promise<void> | void;
  /** Makes a model call by `next`, exactly once. */
  readonly aroundModelCall?: (
    call: ModelCall,
    next: () => Promise<JournaledReply>,
  ) => Promise<JournaledReply>;
  /** Makes a call of a function tool by `next`, with its own input or another one, or answers in its place. */
  readonly aroundToolCall?: (
    call: ToolCall,
    next: (input: string) => Promise<unknown>,
  ) => Promise<unknown> | unknown;
  /** Called when a tool call begins to wait for a person, and when it goes on. */
  readonly toolCallWaits?: (call: ToolCall, isWaiting: boolean) => void;
  /** Called when the run has ended, the last plug-in first; also when Restate will run the handler again. */
  readonly runEnded?: (ending: RunEnding) => Promise<void> | void;
  /** Whether it asks for the approval of tools with `needsApproval`; where no plug-in does, they are refused. */
  readonly approvesTools?: boolean;
  /** Whether it takes part in runs that begin in this run's tools too, after their own plug-ins. */
  readonly inNestedRuns?: boolean;
  /** Settings of the Agents SDK's own runner; those of the `DurableRunner` outrank them. */
  readonly runConfig?: Partial<RunConfig>;
}

/** How a run has ended: with its output, or with what `run` rejects with. */
export type RunEnding =
  | { readonly status: "completed" }
  | { readonly status: "failed"; readonly error: unknown };

/** A model call, before it is made. */
export interface ModelCall {
  /** The agent's name; undefined for a call that is none of an agent's, such as a summary. */
  readonly agent: string | undefined;
  /** The model's name; undefined or empty for the provider's default. */
  readonly model: string | undefined;
  /** What the model is asked. A plug-in may put another request in its place. */
  request: ModelRequest;
  /** Why the model is not called. */
  readonly refusal: TerminalError | undefined;
  /** Lets the call fail with this error, in its durable step, and calls no model. The first refusal counts. */
  readonly refuse: (error: TerminalError) => void;
  /** Adds what is done inside of the durable step, around the request: once for each attempt that is made, and in no replay. */
  readonly inStep: (part: ModelStepPart) => void;
  /** Adds a listener to attempts that have failed and are made again. */
  readonly onFailedAttempt: (listener: (failed: FailedAttempt) => void) => void;
}

/** A part of a model call's durable step: makes the request by `next`, and returns what is journaled. */
export type ModelStepPart = (
  attempt: ModelAttempt,
  next: () => Promise<JournaledReply>,
) => Promise<JournaledReply>;

/** One attempt of a model call. */
export interface ModelAttempt {
  /** Aborted when nobody takes the reply any more. */
  readonly signal: AbortSignal;
  /**
   * Asks the model. A plug-in may put another way in its place that gives the same response, so that the journal stays the
   * same: `onText` of `@holdfast/durable-agents/progress` streams it.
   */
  ask: (model: Model, request: ModelRequest) => Promise<ModelResponse>;
  /** Adds a listener to the API's own reply, with what the journal leaves out. */
  readonly onReply: (listener: (response: ModelResponse) => void) => void;
}

/** The SDK's function tool of any parameters. */
export type FunctionTool = Extract<Tool, { type: "function" }>;

/** One call of a function tool, before it is made. */
export interface ToolCall {
  /** The agent whose tool it is, also when that agent is a tool itself. */
  readonly agent: string;
  readonly tool: FunctionTool;
  readonly callId: string;
  readonly runContext: RunContext;
  /** The arguments as the model gave them: JSON, not yet checked. */
  readonly input: string;
  /** Aborts when the SDK gives the call up, because another call of the turn failed. */
  readonly signal: AbortSignal | undefined;
  /** The span that calls of other services name as their parent; undefined when the reply came without telemetry. */
  readonly trace: ToolTrace | undefined;
}

const ofSession = new WeakMap<Session, Plugin>();

/** Lets a session take part in its runs, before their own plug-ins. */
export function hookSession(session: Session, plugin: Plugin): void {
  ofSession.set(session, plugin);
}

export function sessionPlugin(session: Session | undefined): readonly Plugin[] {
  const plugin = session && ofSession.get(session);
  return plugin ? [plugin] : [];
}

const ofInvocation = new WeakMap<Request, readonly RunHooks[]>();

/** Takes part in all runs and model calls of an invocation, before all plug-ins. To be called before its handler runs. */
export function hookInvocation(request: Request, hooks: RunHooks): void {
  ofInvocation.set(request, [...hooksOfInvocation(request), hooks]);
}

export function hooksOfInvocation(request: Request): readonly RunHooks[] {
  return ofInvocation.get(request) ?? [];
}
