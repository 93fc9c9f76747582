// Which run the code now running belongs to, so that agents and tools can be declared once, outside of any handler.
// Native promises carry it through every await of a run, nested agents included.

import { AsyncLocalStorage } from "node:async_hooks";
import type { Tool } from "@openai/agents-core";
import { TerminalError } from "@restatedev/restate-sdk";
import type { BudgetMeter } from "../budgets/budget-meter.ts";
import type { RunProgress } from "../progress/run-progress.ts";
import type { DurableContext } from "../runtime/durable-context.ts";
import type { LogicalSpan } from "../telemetry/logical-span.ts";
import type { ToolTraces } from "../telemetry/tool-traces.ts";
import type { DurableModelCalls } from "./models/durable-model-calls.ts";
import type { RunEnd } from "./outcome.ts";
import type { ToolCallHandler } from "./tools/tool-calls.ts";

/** A run in progress. */
export interface DurableRun {
  readonly context: DurableContext;
  readonly end: RunEnd;
  readonly models: DurableModelCalls;
  /** Counts what the run uses. */
  readonly meter: BudgetMeter;
  /** Tells readers of the run while it runs; nobody when left out. */
  readonly progress?: RunProgress;
  /** The spans of the tool calls that its agents ask for. */
  readonly toolTraces: ToolTraces;
  /** Of the calls that the tool makes which this code is part of. */
  readonly callHeaders?: Readonly<Record<string, string>>;
  /** The span of that tool. */
  readonly toolSpan?: LogicalSpan | undefined;
  /** Whether the Agents SDK's spans are told of as logical ones. */
  readonly isTold: boolean;
  /** The Agents SDK's `groupId`: what the run is part of. */
  readonly conversationId?: string | undefined;
  /** What is done around each call of a function tool; nothing when left out. */
  readonly toolCall?: ToolCallHandler;
  /** Refuses what an agent must not offer its model; called before each of its model calls. */
  readonly checkTools?: (agent: string, tools: readonly Tool[]) => Promise<void>;
}

const current = new AsyncLocalStorage<DurableRun>();

/** Runs a function within which {@link currentDurableRun} is the given one. */
export function withDurableRun<T>(run: DurableRun, body: () => T): T {
  return current.run(run, body);
}

/** The run that this code is part of, if any. */
export function currentDurableRun(): DurableRun | undefined {
  return current.getStore();
}

/**
 * The durable context of the run that this code is part of.
 *
 * @throws TerminalError outside of a {@link DurableRunner} run
 */
export function currentDurableContext(): DurableContext {
  const run = current.getStore();
  if (!run) {
    throw new TerminalError(
      "A durable tool was called outside of a durable run. Run its agent with new DurableRunner(ctx).run(agent, input).",
    );
  }
  return run.context;
}
