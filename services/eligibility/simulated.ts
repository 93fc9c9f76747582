// Stands in for the eligibility agent's model: repeats what the plan says.

import type { StandIn } from "@holdfast/simulator";
import { instructions } from "./instructions.ts";

export const simulated: readonly StandIn[] = [
  {
    instructions,
    answer: ({ flag, number }) => ({ eligible: flag("eligible"), coveredAmount: number("coveredAmount") }),
  },
];
