// `@holdfast/durable-agents/sagas`: what a failed body did is undone.

export { CompensationError, type FailedCompensation } from "./compensation-error.ts";
export { type CompensationOptions, Compensations, currentCompensations } from "./compensations.ts";
