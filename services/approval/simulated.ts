// Stands in for the models of the agents that ask a person about a large claim.

import { ASK_ABOVE, approverInstructions, EVALUATE_UP_TO } from "@holdfast/claims/approver-instructions";
import type { StandIn } from "@holdfast/simulator";

export const simulated: readonly StandIn[] = [
  {
    instructions: approverInstructions,
    tools: ({ number }) => ((number("amount") ?? 0) > ASK_ABOVE ? ["human_approval"] : []),
    answer: ({ number, result }) => {
      const amount = number("amount") ?? 0;
      const approval = String(result("human_approval") ?? "");
      if (approval === "Rejected")
        return { amount, decision: "deny", reasons: ["A reviewer has denied it."] };
      if (approval === "Approved")
        return { amount, decision: "approve", reasons: ["A reviewer has approved it."] };
      return amount > EVALUATE_UP_TO
        ? { amount, decision: "refer", reasons: ["Nobody answered in time, and the amount is large."] }
        : { amount, decision: "approve", reasons: ["The claim is in order."] };
    },
  },
];
