// Whatever a run is made of, and wherever it fails or is cancelled: what it did is undone, the last first, each once, and
// nothing else begins then.

import { IngressError, startTestBed, type TestBed, testSeed } from "@holdfast/testing";
import { type Context, TerminalError } from "@restatedev/restate-sdk";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { approvals } from "../src/approvals/index.ts";
import { currentDurableContext, DurableRunner, durableTool } from "../src/index.ts";
import { Compensations, currentCompensations } from "../src/sagas/index.ts";
import {
  type AgentRun,
  GraphEffects,
  type GraphInput,
  type GraphOperations,
  graphService,
  type PersonsAnswer,
  remote,
  remoteService,
} from "./graph-service.ts";
import { graphs } from "./random-graph.ts";
import { SagaLog, type SagaPlan, sagas } from "./random-saga.ts";
import { SdkWarnings } from "./sdk-warnings.ts";

/** How many graphs in each mode; more of them for a longer search. */
const RUNS = Number(process.env.GRAPH_RUNS ?? 50);
const RUN_TIMEOUT_MS = 20_000;
const PLANNED = /planned|cancelled/i;
const RETRIES = { maxRetryAttempts: 3, initialRetryInterval: 2 };

interface SagaInput extends GraphInput {
  readonly saga: SagaPlan;
}

describe.each(["default", "always-replay"] as const)("random runs that are undone [%s]", (mode) => {
  const effects = new GraphEffects();
  const warnings = new SdkWarnings(PLANNED);
  const logs = new Map<string, SagaLog>();
  let bed: TestBed;

  const logOf = (run: string) => {
    const log = logs.get(run) ?? new SagaLog();
    logs.set(run, log);
    return log;
  };
  const attemptsOf = (run: string) =>
    Object.values(effects.of(run)).reduce((sum, { attempts }) => sum + attempts, 0);

  const service = graphService(effects, (ctx) => {
    const input: SagaInput = JSON.parse(new TextDecoder().decode(ctx.request().body));
    const saga = new Saga(ctx, input, logOf(input.run), () => attemptsOf(input.run));
    return {
      operations: () => saga.operations(),
      tool: (name, execute, needsApproval) =>
        durableTool({
          name,
          description: "Works",
          parameters: z.object({}),
          needsApproval,
          execute: () => execute(),
        }),
      runAgent: (run) => Compensations.protect(ctx, () => runAgent(ctx, run)),
    };
  });

  /** One attempt at a run: its compensations are numbered as they are added, by each replay again. */
  class Saga {
    readonly #ctx: Context;
    readonly #plan: SagaPlan;
    readonly #log: SagaLog;
    readonly #attempts: () => number;
    #next = 0;

    constructor(ctx: Context, { saga }: SagaInput, log: SagaLog, attempts: () => number) {
      this.#ctx = ctx;
      this.#plan = saga;
      this.#log = log;
      this.#attempts = attempts;
    }

    operations(): GraphOperations {
      const durable = currentDurableContext();
      return {
        run: (name, action, options) => {
          const step = this.#add();
          return durable.run(name, () => this.#do(step, action), options);
        },
        sleep: (ms) => durable.sleep(ms),
        remote: (input) => {
          this.#add();
          return durable.client(remote).work(input);
        },
      };
    }

    #add(): number {
      const step = this.#next++;
      const undo = this.#plan.undo[step % this.#plan.undo.length];
      const compensations = currentCompensations();
      const name = `undo ${step}`;
      if (undo === "by operations") {
        compensations.addCall(name, (ctx) => ctx.run(name, () => this.#undo(step)));
      } else {
        compensations.add(name, () => this.#undo(step), RETRIES);
      }
      this.#log.added(step);
      return step;
    }

    async #do(step: number, action: () => Promise<string>): Promise<string> {
      this.#log.begun(step);
      try {
        if (step === this.#plan.at) {
          if (this.#plan.end === "fails") throw new TerminalError("planned end", { errorCode: 418 });
          const cancelled = bed.cancel(this.#ctx.request().id);
          if (this.#plan.end === "cancels and waits") await cancelled;
        }
        return await action();
      } finally {
        this.#log.ended(step);
      }
    }

    async #undo(step: number): Promise<void> {
      const { ofRun, ofStep } = this.#log.tried(step, this.#attempts());
      if (ofRun === this.#plan.cancelsAgainAt) await bed.cancel(this.#ctx.request().id);
      const undo = this.#plan.undo[step % this.#plan.undo.length];
      if (undo === "gone") throw new TerminalError("planned: it is gone");
      if (undo === "flaky" && ofStep === 1) throw new Error("planned failure");
      this.#log.undone(step);
    }
  }

  async function runAgent(ctx: Context, { agent, models, graph, ask }: AgentRun): Promise<string> {
    const runner = new DurableRunner(ctx, {
      modelProvider: models,
      initialRetryInterval: 2,
      plugins: [
        approvals({
          request: async ({ id, tool, insteadOf }) =>
            answerLater(id, await ask(tool, insteadOf !== undefined)),
          retry: { initialRetryInterval: 2, maxRetryInterval: 10 },
          ...(graph.timeout && { timeout: { hours: 1 } }),
        }),
      ],
    });
    if (!graph.streams) return String((await runner.run(agent, "go")).finalOutput);
    const result = await runner.run(agent, "go", { stream: true });
    for await (const _event of result);
    await result.completed;
    return String(result.finalOutput);
  }

  // The run may have ended by then.
  function answerLater(awakeable: string, { ms, answer }: PersonsAnswer): void {
    setTimeout(() => void bed.resolveAwakeable(awakeable, answer).catch(() => {}), ms);
  }

  beforeAll(async () => {
    bed = await startTestBed(mode, {
      services: () => [service, remoteService(effects)],
      endpoint: { logger: warnings.logger },
    });
  });
  afterAll(() => bed?.stop());

  // What is retried for ever does not end in time; a journal that does not fit the handler is warned of before.
  async function outcome(id: string): Promise<number> {
    const { promise: tooLate, reject } = Promise.withResolvers<never>();
    const timer = setTimeout(() => reject(new Error("The run did not end in time.")), RUN_TIMEOUT_MS);
    const warning = warnings.first.then((line) => Promise.reject(new Error(line)));
    try {
      return await Promise.race([bed.attach(id).then(() => 200), warning, tooLate]);
    } catch (error) {
      if (error instanceof IngressError) return error.status;
      throw error;
    } finally {
      clearTimeout(timer);
    }
  }

  it("are undone in reverse, each once, and nothing else begins", { timeout: 900_000 }, async () => {
    let runs = 0;
    let undone = 0;
    const ends: Record<number, number> = {};
    const property = fc.asyncProperty(graphs(), sagas(), async (graph, saga) => {
      const run = `run${runs++}`;
      const id = await bed.send("Graphs", "run", { run, graph, saga });
      const status = await outcome(id);
      ends[status] = (ends[status] ?? 0) + 1;
      const { seen, expected } = logOf(run).comparison(saga, attemptsOf(run));
      if (status === 200) {
        expect(seen).toMatchObject({ tried: [] });
        return;
      }
      expect(seen).toEqual(expected);
      undone += logOf(run).undoneCount;
    });
    await fc.assert(property, {
      seed: testSeed(),
      numRuns: RUNS,
      // A graph that fails may cost its time-out each time: what was found until then is small enough.
      interruptAfterTimeLimit: RUNS * RUN_TIMEOUT_MS * 0.05,
    });
    const replays = bed.endpoint.attempts("Graphs", "run") - runs;
    console.info(`${runs} runs, ${undone} undone, ends ${JSON.stringify(ends)}, ${replays} replays`);
    expect(Object.keys(ends)).toEqual(["200", "409", "418"]);
    expect(undone).toBeGreaterThan(runs);
    expect(warnings.lines).toEqual([]);
  });
});
