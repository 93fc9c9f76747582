// Which run the code now running belongs to, so that agents and tools can be declared once, outside of any handler.
// Native promises carry it through every await of a run, nested agents included.

import { AsyncLocalStorage } from "node:async_hooks";
import { TerminalError } from "@restatedev/restate-sdk";
import type { RunEnd } from "../run/run-end.ts";
import type { ToolCallHandler } from "../run/tool-calls.ts";
import type { DurableContext } from "./durable-context.ts";

/** A run in progress. */
export interface DurableRun {
  readonly context: DurableContext;
  readonly end: RunEnd;
  /** What is done around each call of a function tool; nothing when left out. */
  readonly toolCall?: ToolCallHandler;
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
