// Counts what one run uses against its budget. All model calls of the run go through one meter, in an order that a
// replay repeats, so that the same call is refused each time.

import type { WireUsage } from "../agents/models/model-response.ts";
import type { Run } from "../agents/plugin.ts";
import { runOf } from "../agents/run.ts";
import { BudgetExceededError, type RunUsage } from "./budget-exceeded-error.ts";
import type { Budget, BudgetLimit } from "./limits.ts";

const NANO = 1e9;

/** The meter of one run. */
export class BudgetMeter {
  readonly #budget: Budget;
  #turns = 0;
  #answered = 0;
  #input = 0;
  #output = 0;
  #total = 0;
  // Whole billionths of a dollar, which add up without a rounding error.
  #nanoUsd = 0;

  constructor(budget: Budget) {
    this.#budget = budget;
  }

  /** The budget whose prices are to be used; undefined when nothing asks for the cost. */
  get pricing(): Budget | undefined {
    return this.#budget.costUsd === undefined ? undefined : this.#budget;
  }

  /** Whether a limit depends on what the API says was used. */
  get needsUsage(): boolean {
    const { inputTokens, outputTokens, totalTokens, costUsd } = this.#budget;
    return [inputTokens, outputTokens, totalTokens, costUsd].some((limit) => limit !== undefined);
  }

  /** Counts a model call that is about to be made; or says why it must not be, and does not count it. */
  admit(): BudgetExceededError | undefined {
    const refusal = this.#refusal();
    if (!refusal) this.#turns++;
    return refusal;
  }

  /** Adds what a model call used. */
  add(usage: WireUsage): void {
    this.#answered++;
    this.#input += usage.input;
    this.#output += usage.output;
    this.#total += usage.total ?? usage.input + usage.output;
    this.#nanoUsd += usage.nanoUsd ?? 0;
  }

  usage(): RunUsage {
    return {
      // More replies than turns: the limit was lowered since, and the journal holds what was allowed before.
      turns: Math.max(this.#turns, this.#answered),
      inputTokens: this.#input,
      outputTokens: this.#output,
      totalTokens: this.#total,
      ...(this.pricing && { costUsd: this.#nanoUsd / NANO }),
    };
  }

  #refusal(): BudgetExceededError | undefined {
    const { turns, inputTokens, outputTokens, totalTokens, costUsd } = this.#budget;
    const limits: [BudgetLimit, number, number | undefined][] = [
      ["turns", this.#turns, turns],
      ["inputTokens", this.#input, inputTokens],
      ["outputTokens", this.#output, outputTokens],
      ["totalTokens", this.#total, totalTokens],
      ["costUsd", this.#nanoUsd / NANO, costUsd],
    ];
    for (const [budget, used, limit] of limits) {
      if (limit !== undefined && used >= limit) return new BudgetExceededError(budget, limit, this.usage());
    }
    return undefined;
  }
}

const meters = new WeakMap<Run, BudgetMeter>();

/** Lets {@link runUsage} find the meter of a run. */
export function rememberMeter(run: Run, meter: BudgetMeter): BudgetMeter {
  meters.set(run, meter);
  return meter;
}

/**
 * What a run with a budget has used so far: as a whole, agents used as tools and runs within its tools included.
 *
 * ```ts
 * const result = await new DurableRunner(ctx, { plugins: [budget({ costUsd: 0.5 })] }).run(agent, input);
 * runUsage(result); // { turns: 4, inputTokens: 3120, outputTokens: 410, totalTokens: 3530, costUsd: 0.0016 }
 * ```
 *
 * @param result what `run` returned, also of a streaming run
 * @throws Error when it is none of a DurableRunner with the plug-in `budget`
 */
export function runUsage(result: object): RunUsage {
  const run = runOf(result);
  const meter = run && meters.get(run);
  if (!meter) throw new Error("runUsage takes the result of a DurableRunner with the plug-in budget({ … }).");
  return meter.usage();
}
