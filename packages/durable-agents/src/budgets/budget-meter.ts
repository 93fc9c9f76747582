// Counts what one run uses against its budget. All model calls of the run go through one meter, in an order that a
// replay repeats, so that the same call is refused each time.

import type { WireUsage } from "../agents/models/journaled-reply.ts";
import type { Run } from "../agents/plugin.ts";
import { runOf } from "../agents/run.ts";
import { BudgetExceededError, LIMITS, type RunUsage } from "./budget-exceeded-error.ts";
import type { Metering, PriceSource } from "./model-prices.step.ts";

/**
 * What one run may use, agents it hands off to and agents used as tools included. The model call that comes after a
 * limit has been reached is refused before it is made, and the run ends with a {@link BudgetExceededError}. A run may
 * pass a limit of tokens or cost by the calls that were under way, as what a call uses is known when it is answered.
 */
export interface Budget extends PriceSource {
  /** How many model calls may be made; exact. A call that is made again after an error counts once. */
  readonly turns?: number | undefined;
  readonly inputTokens?: number | undefined;
  readonly outputTokens?: number | undefined;
  readonly totalTokens?: number | undefined;
  /** US dollars, by the price table of `@pydantic/genai-prices` or by `prices`. */
  readonly costUsd?: number | undefined;
}

/** The meter of one run. */
export class BudgetMeter implements Metering {
  readonly #budget: Budget;
  readonly #tokens = { inputTokens: 0, outputTokens: 0, totalTokens: 0 };
  #turns = 0;
  #answered = 0;
  // Whole billionths of a dollar, which add up without a rounding error.
  #nanoUsd = 0;

  constructor(budget: Budget) {
    this.#budget = budget;
  }

  get pricing(): PriceSource | undefined {
    return this.#budget.costUsd === undefined ? undefined : this.#budget;
  }

  get needsUsage(): boolean {
    return LIMITS.some((limit) => limit !== "turns" && this.#budget[limit] !== undefined);
  }

  /** Counts a model call that is about to be made; or says why it must not be, and does not count it. */
  admit(): BudgetExceededError | undefined {
    const usage = this.usage();
    const used = { ...usage, turns: this.#turns };
    for (const limit of LIMITS) {
      const most = this.#budget[limit];
      if (most !== undefined && (used[limit] ?? 0) >= most)
        return new BudgetExceededError(limit, most, usage);
    }
    this.#turns++;
    return undefined;
  }

  /** Adds what a model call used. */
  add({ input, output, total = input + output, nanoUsd = 0 }: WireUsage): void {
    this.#answered++;
    this.#tokens.inputTokens += input;
    this.#tokens.outputTokens += output;
    this.#tokens.totalTokens += total;
    this.#nanoUsd += nanoUsd;
  }

  usage(): RunUsage {
    return {
      // More replies than turns: the limit was lowered since, and the journal holds what was allowed before.
      turns: Math.max(this.#turns, this.#answered),
      ...this.#tokens,
      ...(this.pricing && { costUsd: this.#nanoUsd / 1e9 }),
    };
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
