// `@holdfast/durable-agents/budgets`: limits for the model calls, tokens and cost of a run.

export type { Budget, BudgetLimit, TokenPrice } from "./budget.ts";
export { BudgetExceededError, type RunUsage } from "./budget-exceeded-error.ts";
export { runUsage } from "./budget-meter.ts";
