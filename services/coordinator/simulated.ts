// Stands in for the models of the agents that decide about claims.

import type { Conversation, StandIn } from "@holdfast/simulator";
import {
  decisionInstructions,
  intakeInstructions,
  parallelToolInstructions,
  remoteMultiAgentInstructions,
  specialistInstructions,
  specialists,
} from "./instructions.ts";

const refer = (reason: string) => ({ outcome: "refer", amount: 0, reasons: [reason] });

/** Weighs the findings, whether tools returned them or the message holds them. */
function decide({ flag, text, number }: Conversation) {
  if (flag("eligible") === false) {
    return { outcome: "deny", amount: 0, reasons: ["The plan does not cover the claim."] };
  }
  const risk = text("risk");
  if (risk === "high" || risk === "medium") return refer(`The risk of fraud is ${risk}.`);
  if (flag("reasonable") === false) return refer("The amount is not reasonable for the treatment.");
  const amount = number("amount") ?? 0;
  return {
    outcome: "approve",
    amount,
    reasons: ["The plan covers the claim, and nothing speaks against it."],
  };
}

const deciding = [decisionInstructions, parallelToolInstructions, remoteMultiAgentInstructions];

export const simulated: readonly StandIn[] = [
  ...deciding.map((instructions) => ({ instructions, answer: decide })),
  {
    instructions: intakeInstructions,
    tools: ({ text }) => {
      const line = { auto: "Auto", property: "Property" }[text("category") ?? ""] ?? "Medical";
      return [`transfer_to_${line}Specialist`];
    },
  },
  ...specialists.map(
    (specialist): StandIn => ({
      instructions: specialistInstructions(specialist),
      answer: ({ number }) => {
        const amount = number("amount") ?? 0;
        return amount > specialist.limit
          ? refer(`The amount is above $${specialist.limit}.`)
          : { outcome: "approve", amount, reasons: ["The claim is in order."] };
      },
    }),
  ),
];
