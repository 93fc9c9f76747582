import { DurableRunner, durableTool } from "@holdfast/durable-agents";
import { Agent } from "@openai/agents-core";
import * as restate from "@restatedev/restate-sdk";
import { z } from "zod";

const inspectDamage = durableTool({
  name: "inspect_damage",
  description: "Orders an inspection of the damage and waits for its result.",
  parameters: z.object({ claimId: z.string().describe("The claim's id, such as C-17") }),
  execute: async ({ claimId }, ctx) => {
    await ctx.run("order inspection", () => console.log("inspection ordered")); // your API call
    await ctx.sleep({ seconds: 10 }); // the inspector drives there
    return ctx.run("fetch result", () => {
      console.log("result fetched");
      return { claimId, damage: "rear bumper", estimate: 840 };
    });
  },
});

const adjuster = new Agent({
  name: "Adjuster",
  instructions: "You adjust motor claims. Inspect the damage, then say what the repair will cost.",
  model: "gpt-5-mini",
  tools: [inspectDamage],
});

const claims = restate.service({
  name: "MotorClaims",
  handlers: {
    assess: async (ctx: restate.Context, { claimId }: { claimId: string }) => {
      const result = await new DurableRunner(ctx).run(
        adjuster,
        `Assess this claim: {"claimId": "${claimId}"}`,
      );
      return result.finalOutput;
    },
  },
});

restate.serve({ services: [claims] }); // at port 9080, or PORT
