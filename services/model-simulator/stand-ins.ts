// The stand-ins of the agents' models: made from services/catalogue.ts by `npm run generate`.

export { simulated as approval } from "../approval/simulated.ts";
export { simulated as coordinator } from "../coordinator/simulated.ts";
export { simulated as eligibility } from "../eligibility/simulated.ts";
export { simulated as fraud } from "../fraud/simulated.ts";
export { simulated as rateComparison } from "../rate-comparison/simulated.ts";
