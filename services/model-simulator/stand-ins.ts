// Registers what stands in for the agents' models. Of an agent's code it has this alone, and its prompt.

import { simulated as claimApprover } from "@holdfast/claims/simulated";
import type { StandIn } from "@holdfast/simulator";
import { simulated as coordinator } from "../coordinator/simulated.ts";
import { simulated as eligibility } from "../eligibility/simulated.ts";
import { simulated as fraud } from "../fraud/simulated.ts";
import { simulated as rateComparison } from "../rate-comparison/simulated.ts";

export const standIns: readonly StandIn[] = [
  ...claimApprover,
  ...coordinator,
  ...eligibility,
  ...fraud,
  ...rateComparison,
];
