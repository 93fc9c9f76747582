// Which durable context the code now running belongs to, so that agents and tools can be declared once, outside of
// any handler. Native promises carry it through every await of a run, nested agents included.

import { AsyncLocalStorage } from "node:async_hooks";
import { TerminalError } from "@restatedev/restate-sdk";
import type { DurableContext } from "./durable-context.ts";

const current = new AsyncLocalStorage<DurableContext>();

/** Runs a function within which {@link currentDurableContext} is the given one. */
export function withDurableContext<T>(context: DurableContext, body: () => T): T {
  return current.run(context, body);
}

/**
 * The durable context of the run that this code is part of.
 *
 * @throws TerminalError outside of a {@link DurableRunner} run
 */
export function currentDurableContext(): DurableContext {
  const context = current.getStore();
  if (!context) {
    throw new TerminalError(
      "A durable tool was called outside of a durable run. Run its agent with new DurableRunner(ctx).run(agent, input).",
    );
  }
  return context;
}
