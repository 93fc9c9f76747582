// Stands in for the rate comparison agent's model: repeats what the table of rates says.

import type { StandIn } from "@holdfast/simulator";
import { instructions } from "./instructions.ts";

export const simulated: readonly StandIn[] = [
  {
    instructions,
    answer: ({ flag, number }) => ({
      reasonable: flag("reasonable"),
      standardRate: number("standardRate"),
      ratio: number("ratio"),
    }),
  },
];
