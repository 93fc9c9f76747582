import { DurableRunner, durableTool } from "@holdfast/durable-agents";
import { approvals } from "@holdfast/durable-agents/approvals";
import { Agent } from "@openai/agents-core";
import * as restate from "@restatedev/restate-sdk";
import { z } from "zod";

const pay = durableTool({
  name: "pay_claim",
  description: "Pays a claim.",
  parameters: z.object({ claimId: z.string(), amount: z.number().max(50_000) }),
  needsApproval: async (_run, { amount }) => amount > 1000,
  execute: ({ claimId, amount }, ctx) =>
    ctx.run("pay", () => {
      console.log(`paid ${amount}`);
      return { claimId, paid: amount };
    }),
});

const payer = new Agent({
  name: "Payer",
  instructions: "You pay approved claims. Say what was paid.",
  model: "gpt-5-mini",
  tools: [pay],
});

const payments = restate.service({
  name: "Payments",
  handlers: {
    pay: async (ctx: restate.Context, claim: { claimId: string; amount: number }) => {
      const runner = new DurableRunner(ctx, {
        plugins: [
          approvals({
            // A mail, a ticket, a row of a table: whatever reaches the reviewers. It runs as a durable step.
            request: ({ id, tool }) => console.log(`${tool} waits for approval ${id}`),
            timeout: { hours: 3 },
            onTimeout: { decision: "reject", message: "Nobody was there. Tell the claimant to wait." },
          }),
        ],
      });
      return (await runner.run(payer, `Pay this claim: ${JSON.stringify(claim)}`)).finalOutput;
    },
  },
});

restate.serve({ services: [payments] }); // at port 9080, or PORT
