// The scheduler on a promise library of the test's own, which completes operations in random orders: random handlers run
// once, and are replayed from each point of what was journaled.

import { setImmediate } from "node:timers/promises";
import { testSeed } from "@holdfast/testing";
import { CancelledError, type RestatePromise, TerminalError } from "@restatedev/restate-sdk";
import fc from "fast-check";
import { expect, it, vi } from "vitest";
import { Scheduler } from "./scheduler.ts";

type Result = { readonly value: unknown } | { readonly failure: TerminalError };
type Results = ReadonlyMap<string, Result>;

const CANCELLED = "cancelled";

// On a busy machine.
vi.setConfig({ testTimeout: 60_000 });

/** Restate's side: what is journaled, in its order, and what is awaited. */
class Journal {
  readonly entries: string[];
  /** Operations that were awaited when the invocation was cancelled. */
  readonly cancelled = new Set<string>();
  lastCancellation: CancelledError | undefined;
  mostAwaited = 0;
  readonly #awaited = new Set<{ readonly results: Results; readonly settle: (entry: string) => void }>();
  #cancellations = 0;

  constructor(entries: readonly string[]) {
    this.entries = [...entries];
  }

  add(entry: string): void {
    this.entries.push(entry);
    this.#settle();
  }

  /** Settles with the first of these that is journaled. */
  first(results: Results): Promise<unknown> {
    return new Promise((resolve, reject) => {
      const settle = (entry: string) => {
        this.#awaited.delete(waiting);
        const result = results.get(entry);
        if (result === undefined) reject(this.#cancel(results));
        else if ("failure" in result) reject(result.failure);
        else resolve(result.value);
      };
      const waiting = { results, settle };
      this.#awaited.add(waiting);
      this.mostAwaited = Math.max(this.mostAwaited, this.#awaited.size);
      this.#settle();
    });
  }

  #cancel(results: Results): CancelledError {
    this.#cancellations++;
    for (const name of results.keys()) this.cancelled.add(name);
    this.lastCancellation = new CancelledError();
    return this.lastCancellation;
  }

  #settle(): void {
    for (const { results, settle } of this.#awaited) {
      let cancellations = 0;
      const found = this.entries.find((entry) =>
        entry === CANCELLED ? ++cancellations > this.#cancellations : results.has(entry),
      );
      if (found !== undefined) settle(found);
    }
  }
}

/** One of Restate's promises: of an operation, or of the first of several. */
class FakePromise {
  readonly #journal: Journal;
  readonly members: Results;

  constructor(journal: Journal, members: Results) {
    this.#journal = journal;
    this.members = members;
  }

  map(mapper: (value?: unknown, failure?: TerminalError) => unknown): FakePromise {
    const mapped = [...this.members].map(([name, result]): [string, Result] => [
      name,
      { value: "value" in result ? mapper(result.value) : mapper(undefined, result.failure) },
    ]);
    return new FakePromise(this.#journal, new Map(mapped));
  }

  // biome-ignore lint/suspicious/noThenProperty: it stands for one of Restate's promises
  then(...handlers: Parameters<Promise<unknown>["then"]>): Promise<unknown> {
    return this.#journal.first(this.members).then(...handlers);
  }
}

interface Operation {
  readonly kind: "operation";
  readonly fails: boolean;
  readonly outlasts: boolean;
}
/** What a handler does. */
type Node =
  | Operation
  | { readonly kind: "pause"; readonly microtasks: number }
  | { readonly kind: "all" | "race" | "sequence"; readonly nodes: readonly Node[] };

const { nodes } = fc.letrec<{ nodes: Node }>((tie) => ({
  nodes: fc.oneof(
    { maxDepth: 4 },
    fc.record({
      kind: fc.constant("operation" as const),
      fails: fc.boolean(),
      outlasts: fc.nat(4).map((n) => n === 0),
    }),
    fc.record({ kind: fc.constant("pause" as const), microtasks: fc.integer({ min: 1, max: 5 }) }),
    fc.record({
      kind: fc.constantFrom("all" as const, "race" as const, "sequence" as const),
      nodes: fc.array(tie("nodes"), { minLength: 1, maxLength: 4 }),
    }),
  ),
}));

interface Attempt {
  readonly journal: Journal;
  /** Each operation's start and end, in their order. */
  readonly log: readonly string[];
  /** What became of each operation, for its caller. */
  readonly outcomes: ReadonlyMap<string, { readonly planned: Operation; readonly ends: readonly string[] }>;
  readonly cancellation: TerminalError | undefined;
}

/**
 * Runs a handler.
 *
 * @param journaled what an attempt before it has journaled
 * @param next gives what Restate journals next, of the operations that are under way
 */
async function attempt(
  handler: Node,
  journaled: readonly string[],
  next: (underWay: readonly string[]) => string | undefined,
): Promise<Attempt> {
  const journal = new Journal(journaled);
  const race = (raced: readonly FakePromise[]) =>
    new FakePromise(journal, new Map(raced.flatMap(({ members }) => [...members])));
  const scheduler = new Scheduler({ use: (call) => call(), awaitedElsewhere: () => undefined }, {
    race,
  } as unknown as Pick<typeof RestatePromise, "race">);
  const log: string[] = [];
  const outcomes = new Map<string, { planned: Operation; ends: string[] }>();
  const begun: Promise<unknown>[] = [];

  const operation = async (name: string, planned: Operation) => {
    scheduler.assertReplayable(name);
    const ends: string[] = [];
    outcomes.set(name, { planned, ends });
    log.push(`start ${name}`);
    const end = (outcome: string) => {
      ends.push(outcome);
      log.push(`${name} ${outcome}`);
    };
    const result: Result = planned.fails ? { failure: new TerminalError(name) } : { value: name };
    const promise = new FakePromise(journal, new Map([[name, result]])) as unknown as RestatePromise<unknown>;
    let cancelled = false;
    const onCancel = () => {
      cancelled = true;
    };
    await scheduler.track(promise, { onCancel, outlastsCancellation: planned.outlasts }).then(
      (value) => end(`succeeded with ${value}`),
      (error) => end(cancelled ? error.name : `failed with ${error.message}`),
    );
  };
  const run = (name: string, node: Node): Promise<unknown> => {
    const done = perform(name, node);
    begun.push(done);
    return done;
  };
  const perform = async (name: string, node: Node): Promise<unknown> => {
    if (node.kind === "operation") return operation(name, node);
    if (node.kind === "pause") {
      for (let i = 0; i < node.microtasks; i++) await undefined;
      return;
    }
    const part = (child: Node, index: number) => run(`${name}.${index}`, child);
    if (node.kind === "all") return Promise.all(node.nodes.map(part));
    if (node.kind === "race") return Promise.race(node.nodes.map(part));
    for (const [index, child] of node.nodes.entries()) await part(child, index);
  };

  let ended = false;
  const finished = run("op", handler)
    .then(async () => {
      for (const done of begun) await done;
    })
    .finally(() => {
      ended = true;
    });
  finished.catch(() => {});
  while (!ended) {
    await setImmediate();
    const underWay = [...outcomes].flatMap(([name, { ends }]) =>
      ends.length === 0 && !journal.entries.includes(name) ? [name] : [],
    );
    const entry = next(underWay);
    if (entry !== undefined) journal.add(entry);
  }
  await finished;
  return { journal, log, outcomes, cancellation: scheduler.cancellation };
}

const choices = fc.array(fc.nat(), { minLength: 1, maxLength: 20 });

/** Chooses what Restate journals next: one of the operations under way, or a cancellation as long as there are some left. */
function chooser(
  numbers: readonly number[],
  cancellations: number,
): (underWay: readonly string[]) => string | undefined {
  let used = 0;
  let left = cancellations;
  return (underWay) => {
    if (underWay.length === 0) return undefined;
    const choice = (numbers[used++ % numbers.length] ?? 0) % (underWay.length + (left > 0 ? 1 : 0));
    if (choice === underWay.length) left--;
    return underWay[choice] ?? CANCELLED;
  };
}

/** Random handlers, run once on random completions and cancellations. */
function forRandomRuns(check: (first: Attempt, handler: Node) => Promise<void> | void): Promise<void> {
  return fc.assert(
    fc.asyncProperty(
      nodes,
      choices,
      fc.integer({ min: 0, max: 2 }),
      async (handler, numbers, cancellations) =>
        check(await attempt(handler, [], chooser(numbers, cancellations)), handler),
    ),
    { seed: testSeed(), numRuns: 50 },
  );
}

it("starts and ends operations in the same order on a replay from any point of the journal", () =>
  forRandomRuns(async (first, handler) => {
    for (let length = 0; length <= first.journal.entries.length; length++) {
      const rest = first.journal.entries.slice(length);
      const again = await attempt(handler, first.journal.entries.slice(0, length), () => rest.shift());
      expect(again.log).toEqual(first.log);
    }
  }));

it("awaits one promise at a time, and gives each operation its own result, whatever fails or is cancelled beside it", () =>
  forRandomRuns(({ outcomes, journal, cancellation }) => {
    for (const [name, { planned, ends }] of outcomes) {
      const own = planned.fails ? `failed with ${name}` : `succeeded with ${name}`;
      expect(ends).toEqual([journal.cancelled.has(name) && !planned.outlasts ? "CancelledError" : own]);
    }
    expect(journal.mostAwaited).toBeLessThanOrEqual(1);
    expect(cancellation).toBe(journal.lastCancellation);
  }));
