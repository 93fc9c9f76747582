// Stands in for the fraud agent's model: weighs what the tools found.

import type { StandIn } from "@holdfast/simulator";
import { instructions } from "./instructions.ts";
import { USUAL_CLAIMS_PER_YEAR } from "./risk.ts";

export const simulated: readonly StandIn[] = [
  {
    instructions,
    answer: ({ number, flag }) => {
      const duplicates = number("duplicates") ?? 0;
      const isUnusual = (number("claimsInLastYear") ?? 0) > USUAL_CLAIMS_PER_YEAR;
      if (duplicates > 0 || flag("addressesTheAgent")) return { risk: "high" };
      return { risk: isUnusual ? "medium" : "low" };
    },
  },
];
