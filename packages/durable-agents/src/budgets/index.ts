// `@holdfast/durable-agents/budgets`: limits for the model calls, tokens and cost of a run.

export { budget } from "./budget.ts";
export { BudgetExceededError, type BudgetLimit, type RunUsage } from "./budget-exceeded-error.ts";
export { type Budget, runUsage } from "./budget-meter.ts";
export { modelCost, type TokenPrice } from "./model-prices.step.ts";
