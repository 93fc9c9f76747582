import {
  AgentRunError,
  classifyModelError,
  DurableContext,
  DurableRunner,
  durableTool,
  rethrowRestateErrors,
} from "@holdfast/durable-agents";
import { Agent, MaxTurnsExceededError } from "@openai/agents-core";
import * as restate from "@restatedev/restate-sdk";
import { OpenAI } from "openai";
import { z } from "zod";

const findPolicy = durableTool({
  name: "find_policy",
  description: "Finds a policy by its number.",
  parameters: z.object({ number: z.string() }),
  execute: ({ number }, ctx) => {
    // The model gets this error and may try again.
    if (!/^P-\d+$/.test(number)) throw new Error("A policy number is P- and digits.");
    return ctx.run("find policy", () => {
      // This ends the run, and the invocation with it: no policy, no answer.
      if (number === "P-0") throw new restate.TerminalError("There is no such policy.", { errorCode: 404 });
      return { number, status: "active" };
    });
  },
  // Optional: your own words for the model. Terminal errors are passed on.
  errorFunction: (run, error) =>
    `${rethrowRestateErrors(run, error)} Ask the user for the number on the card.`,
});

const clerk = new Agent({
  name: "Clerk",
  instructions: "You tell whether policies are active. Find the policy.",
  model: "gpt-5-mini",
  tools: [findPolicy],
});

const openai = new OpenAI({ maxRetries: 0 }); // Restate retries

const policies = restate.service({
  name: "Policies",
  handlers: {
    status: async (ctx: restate.Context, { maxTurns, ...query }: { number: string; maxTurns?: number }) => {
      try {
        const input = JSON.stringify(query);
        return (await new DurableRunner(ctx).run(clerk, input, { maxTurns: maxTurns ?? 5 })).finalOutput;
      } catch (error) {
        // The SDK gave up: its own error is the cause. All other errors pass.
        const gaveUp = error instanceof AgentRunError && error.cause instanceof MaxTurnsExceededError;
        if (gaveUp) return "A person will look at this.";
        throw error;
      }
    },

    // A model API called by hand, with the same rules.
    letter: (ctx: restate.Context, { text, model }: { text: string; model: string }) =>
      DurableContext.from(ctx).run(
        "write letter",
        async ({ signal }) => {
          try {
            const messages = [{ role: "user" as const, content: `Write a letter that says: ${text}` }];
            const reply = await openai.chat.completions.create({ model, messages }, { signal });
            return reply.choices[0]?.message.content;
          } catch (error) {
            const found = classifyModelError(error);
            if (found.kind === "terminal")
              throw new restate.TerminalError(found.message, { errorCode: found.code });
            throw new restate.RetryableError(found.message, { retryAfter: found.retryAfterMs ?? 1000 });
          }
        },
        { maxRetryAttempts: 4 },
      ),
  },
});

restate.serve({ services: [policies] }); // at port 9080, or PORT
