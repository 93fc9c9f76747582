// `@holdfast/durable-agents/budgets`: limits for the model calls, tokens and cost of a run.

export { budget } from "./budget.ts";
export { BudgetExceededError, type RunUsage } from "./budget-exceeded-error.ts";
export { runUsage } from "./budget-meter.ts";
export type { Budget, BudgetLimit, TokenPrice } from "./limits.ts";
export { modelCost } from "./model-prices.step.ts";
