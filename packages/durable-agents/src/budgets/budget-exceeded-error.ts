// The error of a run whose budget is used up.

import { TerminalError } from "@restatedev/restate-sdk";
import { z } from "zod";

/** The limits of a budget. */
export type BudgetLimit = "turns" | "inputTokens" | "outputTokens" | "totalTokens" | "costUsd";

/** What each of them counts. */
const COUNTED: Record<BudgetLimit, string> = {
  turns: "model calls",
  inputTokens: "input tokens",
  outputTokens: "output tokens",
  totalTokens: "tokens in total",
  costUsd: "US dollars",
};

export const LIMITS = Object.keys(COUNTED) as BudgetLimit[];

/** What a run has used so far. */
export interface RunUsage {
  /** Model calls. */
  readonly turns: number;
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly totalTokens: number;
  /** US dollars; only of a run with a budget of cost. */
  readonly costUsd?: number | undefined;
}

const number = z.string().transform(Number).pipe(z.number());

const metadataSchema = z.object({
  budget: z.enum(LIMITS),
  limit: number,
  turns: number,
  inputTokens: number,
  outputTokens: number,
  totalTokens: number,
  costUsd: number.optional(),
});

/**
 * A run asked for a model call after its budget was used up. The call was not made. The fields are also in the
 * error's `metadata`, under the same names, which Restate carries from one service to another.
 */
export class BudgetExceededError extends TerminalError {
  /** Which limit was reached. */
  readonly budget: BudgetLimit;
  readonly limit: number;
  readonly usage: RunUsage;

  constructor(budget: BudgetLimit, limit: number, usage: RunUsage) {
    super(describe(budget, limit, usage), {
      errorCode: 500,
      metadata: Object.fromEntries(
        Object.entries({ budget, limit, ...usage })
          .filter(([, value]) => value !== undefined)
          .map(([key, value]) => [key, String(value)]),
      ),
    });
    this.name = "BudgetExceededError";
    this.budget = budget;
    this.limit = limit;
    this.usage = usage;
  }

  /** The error itself, or as it was before Restate made a plain TerminalError of it; undefined for any other. */
  static from(error: unknown): BudgetExceededError | undefined {
    if (error instanceof BudgetExceededError) return error;
    if (!(error instanceof TerminalError)) return undefined;
    const { data } = metadataSchema.safeParse(error.metadata);
    if (!data) return undefined;
    const { budget, limit, ...usage } = data;
    return new BudgetExceededError(budget, limit, usage);
  }
}

function describe(budget: BudgetLimit, limit: number, usage: RunUsage): string {
  const used = LIMITS.filter((name) => usage[name] !== undefined).map(
    (name) => `${usage[name]} ${COUNTED[name]}`,
  );
  return (
    `The run's budget of ${limit} ${COUNTED[budget]} is used up; used so far: ${used.join(", ")}. ` +
    `Raise ${budget} of its budget, or give the agents less to do.`
  );
}
