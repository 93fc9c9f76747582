// An agent that decides about a claim given in prose, and asks a person about a large one. Who asks, and how long the
// person has, differs from agent to agent of the tour; what may be approved does not, and no model decides it.

import {
  type Claim,
  claimSchema,
  clipReasons,
  modelReasonsSchema,
  type ReviewResult,
} from "@holdfast/contracts";
import { type DurableContext, DurableRunner, durableTool } from "@holdfast/durable-agents";
import type { AgentModels } from "@holdfast/service-kit/models";
import { Agent } from "@openai/agents-core";
import type { Context } from "@restatedev/restate-sdk";
import { z } from "zod";
import { ASK_ABOVE, approverInstructions, EVALUATE_UP_TO } from "./approver-instructions.ts";

/** Asks a person about a claim. */
export type AskPerson = (ctx: DurableContext, claim: Claim) => Promise<ReviewResult>;

/** Decides about a claim given in prose, and returns the decision as a text. */
export type ClaimApprover = (ctx: Context, message: string) => Promise<string>;

export interface ClaimApproverOptions {
  readonly name: string;
  readonly models: AgentModels;
  readonly ask: AskPerson;
}

const decisionSchema = z.object({
  amount: z.number().describe("The amount claimed, in US dollars"),
  decision: z.enum(["approve", "deny", "refer"]),
  reasons: modelReasonsSchema,
});

// A strict tool schema has no optional fields.
const claimParameters = claimSchema.pick({
  date: true,
  category: true,
  reason: true,
  amount: true,
  placeOfService: true,
});

/** The answers of people in one run. */
type Reviews = { readonly amount: number; readonly result: ReviewResult }[];

export function claimApprover({ name, models, ask }: ClaimApproverOptions): ClaimApprover {
  const humanApproval = durableTool<typeof claimParameters, Reviews>({
    name: "human_approval",
    description: "Ask for human approval for high-value claims.",
    parameters: claimParameters,
    execute: async (claim, ctx, run) => {
      const result = await ask(ctx, claim);
      run?.context.push({ amount: claim.amount, result });
      if (result.status === "timed_out") return result.message;
      return result.answer.outcome === "approve" ? "Approved" : "Rejected";
    },
  });
  const agent = new Agent<Reviews, typeof decisionSchema>({
    name,
    model: models.model,
    instructions: approverInstructions,
    tools: [humanApproval],
    outputType: decisionSchema,
  });
  return async (ctx, message) => {
    const reviews: Reviews = [];
    const { finalOutput } = await new DurableRunner(ctx, models).run(agent, message, { context: reviews });
    return render(ruled(finalOutput, reviews));
  };
}

type Decision = z.output<typeof decisionSchema>;

/** Bounds the model's output: nothing large is approved that no person has seen, or that one has denied. */
function ruled(output: Decision | undefined, reviews: Reviews): Decision {
  if (!output) return { amount: 0, decision: "refer", reasons: ["The agent gave no answer."] };
  const { amount } = output;
  const denied = reviews.find(
    ({ result }) => result.status === "answered" && result.answer.outcome === "deny",
  );
  if (denied) return { amount, decision: "deny", reasons: ["A reviewer has denied it."] };
  if (output.decision !== "approve" || amount <= ASK_ABOVE) return output;
  const seen = reviews.find((review) => review.amount === amount);
  if (!seen) return { amount, decision: "refer", reasons: ["No person has been asked about this amount."] };
  if (seen.result.status === "timed_out") {
    return amount <= EVALUATE_UP_TO
      ? output
      : {
          amount,
          decision: "refer",
          reasons: [`Nobody answered in time about more than $${EVALUATE_UP_TO}.`],
        };
  }
  return { ...output, amount: seen.result.answer.amount ?? amount };
}

// Not made on import: it takes 4 MiB of each process that loads this file, also of those that never say an amount.
const dollars = (amount: number) => amount.toLocaleString("en-US", { style: "currency", currency: "USD" });

function render({ decision, amount, reasons }: Decision): string {
  const what = { approve: `approve, ${dollars(amount)}`, deny: "deny", refer: "refer to a reviewer" };
  return [`Decision: ${what[decision]}.`, ...clipReasons(reasons)].join(" ");
}
