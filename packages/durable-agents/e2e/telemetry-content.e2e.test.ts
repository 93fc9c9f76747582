// Spans have the content of calls where it is captured, and nowhere else.

import { describeModes } from "@holdfast/testing";
import { Agent } from "@openai/agents-core";
import { type Context, service } from "@restatedev/restate-sdk";
import { beforeEach, describe, expect, it } from "vitest";
import { z } from "zod";
import { DurableRunner, durableTool } from "../src/index.ts";
import { ATTR } from "../src/telemetry/index.ts";
import { scriptedModels } from "./scripted-models.ts";
import { emittedSpans } from "./telemetry/emitted-spans.ts";

const lookUp = durableTool({
  name: "look_up",
  description: "Looks something up",
  parameters: z.object({ what: z.string() }),
  execute: ({ what }, ctx) => ctx.run("look up", () => `${what} is gold`),
});
const agent = new Agent({ name: "Agent", instructions: "agent", model: "m", tools: [lookUp] });
const modelProvider = scriptedModels((_request, results) =>
  results === 0 ? [{ tool: "look_up", args: { what: "plan" } }] : "It is gold.",
);
const asking = service({
  name: "Asking",
  handlers: {
    // The run's own setting captures nothing that telemetry does not.
    run: async (ctx: Context) => {
      const runner = new DurableRunner(ctx, { modelProvider, traceIncludeSensitiveData: true });
      return (await runner.run(agent, "go")).finalOutput;
    },
  },
});

describe.each([
  ["captured", true],
  ["not captured", false],
])("content that is %s", (_, captureContent) => {
  const emitted = emittedSpans({ captureContent });
  beforeEach(() => emitted.reset());

  describeModes(
    "in a durable run",
    (bed) => {
      it(`is ${captureContent ? "" : "not "}on the spans of model calls and tools`, async () => {
        await bed().call("Asking", "run");
        const content = {
          [ATTR.toolArguments]: '{"what":"plan"}',
          [ATTR.toolResult]: "plan is gold",
        };
        const [tool] = emitted.named("execute_tool look_up");
        const [chat] = emitted.named("chat m");
        if (captureContent) {
          expect(tool?.attributes).toMatchObject(content);
          expect(chat?.attributes[ATTR.systemInstructions]).toContain('"agent"');
        } else {
          for (const name of [...Object.keys(content), ATTR.systemInstructions, ATTR.inputMessages]) {
            expect(emitted.all().some(({ attributes }) => name in attributes)).toBe(false);
          }
        }
      });
    },
    { services: () => [asking], endpoint: { defaultServiceOptions: { hooks: [emitted.hooks] } } },
  );
});
