// A run in progress. Native promises carry it through every await of the run, nested agents included, so that agents and
// tools can be declared once, outside of any handler.

import { AsyncLocalStorage } from "node:async_hooks";
import type { ModelRequest, ModelResponse } from "@openai/agents-core";
import { TerminalError } from "@restatedev/restate-sdk";
import { withCallHeaders } from "../runtime/durable-client.ts";
import { type DurableContext, operationsOf } from "../runtime/durable-context.ts";
import type { Operations } from "../runtime/operations.ts";
import { handled } from "../runtime/scheduler.ts";
import { findTerminalError, toRunError } from "./errors.ts";
import { hooksOfInvocation, type Plugin, type Run, type RunEnding, type RunHooks } from "./plugin.ts";
import { noApprovals } from "./tools/approval-policy.ts";
import { CallTraces, type ToolTrace } from "./tools/call-traces.ts";

/** A run with what its plug-ins do not see. */
export interface DurableRun extends Run {
  /** Makes model calls that are none of an agent's. */
  readonly models: {
    readonly call: (step: string, model: string, request: ModelRequest) => Promise<ModelResponse>;
  };
  readonly outcome: Outcome;
  /** The outermost first. */
  readonly hooks: readonly RunHooks[];
  /** Lets the plug-ins end, the last one first; once. */
  readonly ended: (ending: RunEnding) => Promise<void>;
}

type RunSettings = Omit<Run, "failed" | "throwIfEnded" | "toolCallWaits"> & Pick<DurableRun, "models">;

/** @throws TerminalError when a plug-in refuses the run */
export function beginRun(settings: RunSettings, plugins: readonly Plugin[]): DurableRun {
  const operations = operationsOf(settings.context);
  const outcome = new Outcome(operations);
  const hooks: RunHooks[] = [];
  let hasEnded = false;
  const run: DurableRun = {
    ...settings,
    outcome,
    hooks,
    failed: outcome.failed,
    throwIfEnded: () => outcome.throwIfEnded(),
    toolCallWaits: (call, isWaiting) => {
      for (const { toolCallWaits } of hooks) toolCallWaits?.(call, isWaiting);
    },
    ended: async (ending) => {
      if (hasEnded) return;
      hasEnded = true;
      try {
        for (const { runEnded } of hooks.toReversed()) await runEnded?.(ending);
      } finally {
        operations.endRun();
      }
    },
  };
  const own = plugins.map((plugin) => plugin(run));
  hooks.push(
    ...hooksOfInvocation(settings.context.request()),
    ...(own.some(({ approvesTools }) => approvesTools) ? [] : [noApprovals]),
    ...own,
    ...(currentDurableRun()?.hooks.filter(({ inNestedRuns }) => inNestedRuns) ?? []),
  );
  operations.beginRun();
  return run;
}

// Whoever catches an error on the way, the run must end with it: a terminal error of a nested agent is turned into a message by
// the tool that wraps the agent, and a guardrail's error loses its identity; neither may let the run go on.

/** The first terminal error of one run, or its cancellation. */
export class Outcome {
  readonly #operations: Operations;
  readonly #cancelledBefore: TerminalError | undefined;
  #error: TerminalError | undefined;
  readonly #failed = Promise.withResolvers<never>();

  /** Rejects when something in the run fails for good. A cancellation rejects what waits for Restate by itself. */
  readonly failed: Promise<never> = handled(this.#failed.promise);

  /** @param operations of the run, which begins now; a cancellation before it, which somebody handled, is none of the run's */
  constructor(operations: Operations) {
    this.#operations = operations;
    this.#cancelledBefore = operations.cancellation;
  }

  /** Remembers what a tool or a model call throws, if the run must end with it. */
  note(error: unknown): void {
    const terminal = findTerminalError(error);
    if (!terminal) return;
    this.#error ??= terminal;
    this.#failed.reject(terminal);
  }

  /**
   * Ends a run that the SDK interrupted for an approval: what could be seen was refused before, and nobody can go on
   * with the rest.
   */
  noteInterruptions([first]: readonly { readonly name?: string | undefined }[]): void {
    if (!first) return;
    const message = `The Agents SDK interrupted the run for an approval of the tool "${first.name}". Only function tools can wait for one.`;
    this.note(new TerminalError(message));
  }

  /** @throws TerminalError when the run must end: before anything else is paid for, or answered */
  throwIfEnded(): void {
    const error = this.#found();
    if (error) throw error;
  }

  /** The error that the run rejects with, for what the Agents SDK threw. */
  errorFor(error: unknown): unknown {
    return this.#found() ?? toRunError(error);
  }

  #found(): TerminalError | undefined {
    const { cancellation } = this.#operations;
    return cancellation === this.#cancelledBefore ? this.#error : cancellation;
  }
}

interface Scope {
  readonly run: DurableRun;
  /** Of the tool calls that the agents here ask for. */
  readonly traces: CallTraces;
}

const current = new AsyncLocalStorage<Scope>();

/** Runs a body within which {@link currentDurableRun} is the given run. */
export function withDurableRun<T>(run: DurableRun, body: () => T): T {
  return current.run({ run, traces: new CallTraces() }, body);
}

/** Runs a tool's body: the agents that it calls ask for tool calls of their own. */
export function withinToolCall<T>(run: DurableRun, trace: ToolTrace | undefined, body: () => T): T {
  return withDurableRun(run, trace ? () => withCallHeaders(trace.headers, body) : body);
}

/** The run that this code is part of, if any. */
export function currentDurableRun(): DurableRun | undefined {
  return current.getStore()?.run;
}

/** The traces of the tool calls that the agents of this code ask for. */
export function currentCallTraces(): CallTraces | undefined {
  return current.getStore()?.traces;
}

const runs = new WeakMap<object, Run>();

/** Lets {@link runOf} find the run of a result. */
export function rememberRun<T extends object>(result: T, run: Run): T {
  runs.set(result, run);
  return result;
}

/** The run that a result is of; undefined when it is none of a `DurableRunner`. */
export function runOf(result: object): Run | undefined {
  return runs.get(result);
}

/**
 * The durable context of the run that this code is part of.
 *
 * @throws TerminalError outside of a {@link DurableRunner} run
 */
export function currentDurableContext(): DurableContext {
  const run = currentDurableRun();
  if (!run) {
    throw new TerminalError(
      "A durable tool was called outside of a durable run. Run its agent with new DurableRunner(ctx).run(agent, input).",
    );
  }
  return run.context;
}
