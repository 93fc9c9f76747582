// The plug-in that bounds what a run uses: its model calls, its tokens, its cost.

import { TerminalError } from "@restatedev/restate-sdk";
import { z } from "zod";
import type { Plugin } from "../agents/plugin.ts";
import { BudgetExceededError } from "./budget-exceeded-error.ts";
import { type Budget, BudgetMeter, rememberMeter } from "./budget-meter.ts";
import { metered } from "./model-prices.step.ts";

const count = z.int().nonnegative().optional();
const usd = z.number().nonnegative();

const budgetSchema = z.strictObject({
  turns: count,
  inputTokens: count,
  outputTokens: count,
  totalTokens: count,
  costUsd: usd.optional(),
  prices: z
    .record(z.string(), z.strictObject({ input: usd, cachedInput: usd.optional(), output: usd }))
    .optional(),
  priceProvider: z.string().min(1).optional(),
}) satisfies z.ZodType<Budget>;

/**
 * Bounds each run. The model call that comes after a limit has been reached is refused before it is made, and the run ends with
 * a {@link BudgetExceededError}.
 *
 * ```ts
 * new DurableRunner(ctx, { plugins: [budget({ turns: 10, costUsd: 0.5 })] });
 * ```
 *
 * @param limits what a run may use; it is counted, and not bounded, without any
 * @throws TerminalError when a limit or a price is no such number, or there is no such limit
 */
export function budget(limits: Budget): Plugin {
  const checked = checkedBudget(limits);
  return (run) => {
    const meter = rememberMeter(run, new BudgetMeter(checked));
    return {
      inNestedRuns: true,
      aroundModelCall: async (call, next) => {
        const refusal = call.refusal ? undefined : meter.admit();
        if (refusal) call.refuse(refusal);
        call.inStep(metered(call.model, meter));
        try {
          const reply = await next();
          meter.add(reply.usage);
          return reply;
        } catch (error) {
          throw BudgetExceededError.from(error) ?? error;
        }
      },
    };
  };
}

/** @throws TerminalError when it is not valid */
export function checkedBudget(budget: Budget): Budget {
  const result = budgetSchema.safeParse(budget);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  const where = ["budget", ...(issue?.path ?? [])].map(String).join(".");
  throw new TerminalError(
    `The ${where} is not valid: ${issue?.message}. Limits and prices are numbers from 0, turns and tokens whole ones.`,
    { errorCode: 500 },
  );
}
