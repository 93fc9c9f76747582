// Throws errors in tools, guardrails and runs, and checks what becomes of the invocation, streaming or not.

import { describeModes, IngressError, type TestBed } from "@holdfast/testing";
import { Agent, type AgentOptions } from "@openai/agents-core";
import { type Context, service, TerminalError } from "@restatedev/restate-sdk";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { currentDurableContext, DurableRunner, durableTool } from "../src/index.ts";
import { type ScriptedReply, scriptedModels } from "./scripted-models.ts";

const teapot = () => new TerminalError("the policy does not exist", { errorCode: 418 });

const tools = {
  terminal: throwing("terminal", teapot),
  terminalStep: durableTool({
    name: "terminalStep",
    description: "Fails for good in a step",
    parameters: z.object({}),
    execute: (_input, ctx) =>
      ctx.run("look up", () => {
        throw teapot();
      }),
  }),
  ordinary: throwing("ordinary", () => new Error("the date is not a date")),
  unhandled: throwing("unhandled", () => new Error("no error function"), null),
  forgiving: throwing("forgiving", teapot, () => "the policy is unknown"),
  fine: durableTool({
    name: "fine",
    description: "Works",
    parameters: z.object({}),
    execute: (_input, ctx) => ctx.run("work", () => "worked"),
  }),
};

function throwing(name: string, error: () => Error, errorFunction?: null | (() => string)) {
  return durableTool({
    name,
    description: "Throws",
    parameters: z.object({}),
    execute: () => {
      throw error();
    },
    ...(errorFunction !== undefined && { errorFunction }),
  });
}

type Options = Partial<AgentOptions<unknown, "text">>;

function calling(name: keyof typeof tools, options: Options = {}): Agent {
  return new Agent({ name, instructions: `call ${name}`, tools: [tools[name]], ...options });
}

/** An agent that asks the given one twice in one turn: as `ask`, and beside it a tool that works. */
function asking(agent: Agent, options: Options = {}): Agent {
  const ask = agent.asTool({ toolName: "ask", toolDescription: "Asks" });
  return new Agent({ name: "Asking", instructions: "call ask fine", tools: [ask, tools.fine], ...options });
}

const tripwire = {
  name: "tripwire",
  execute: async () => ({ tripwireTriggered: true, outputInfo: "secret" }),
};
const failingGuardrail = {
  name: "failing",
  execute: () =>
    currentDurableContext().run("check", () => {
      throw teapot();
    }),
};

const agents = {
  terminal: calling("terminal"),
  terminalStep: calling("terminalStep"),
  ordinary: calling("ordinary"),
  unhandled: calling("unhandled"),
  forgiving: calling("forgiving"),
  nested: asking(calling("terminal")),
  nestedTwice: asking(asking(calling("terminalStep"))),
  nestedAnswer: asking(calling("terminal"), { toolUseBehavior: "stop_on_first_tool" }),
  nestedOrdinary: asking(calling("ordinary")),
  endless: new Agent({ name: "Endless", instructions: "call fine for ever", tools: [tools.fine] }),
  inputTripwire: calling("fine", { inputGuardrails: [tripwire] }),
  outputTripwire: calling("fine", { outputGuardrails: [tripwire] }),
  inputGuardrailFails: calling("fine", { inputGuardrails: [failingGuardrail] }),
  outputGuardrailFails: calling("fine", { outputGuardrails: [failingGuardrail] }),
};

type Scenario = keyof typeof agents;

const models = scriptedModels((request, results): ScriptedReply => {
  const instructions = request.systemInstructions ?? "";
  if (results > 0 && !instructions.endsWith("for ever")) return lastResult(request.input);
  const [, ...names] = instructions.replace(" for ever", "").split(" ");
  return names.map((tool) => ({ tool, args: tool === "ask" ? { input: "go" } : {} }));
});

function lastResult(input: unknown): string {
  return JSON.stringify(input).includes("An error occurred") ? "got an error" : "done";
}

const runs = service({
  name: "Runs",
  handlers: {
    whole: async (ctx: Context, scenario: Scenario) =>
      (await runner(ctx).run(agents[scenario], "go", { maxTurns: 3 })).finalOutput,
    events: async (ctx: Context, scenario: Scenario) => {
      const result = await runner(ctx).run(agents[scenario], "go", { maxTurns: 3, stream: true });
      for await (const _event of result);
      return result.finalOutput;
    },
    text: async (ctx: Context, scenario: Scenario) => {
      const result = await runner(ctx).run(agents[scenario], "go", { maxTurns: 3, stream: true });
      let text = "";
      for await (const delta of result.toTextStream()) text += delta;
      return text;
    },
    nodeText: async (ctx: Context, scenario: Scenario) => {
      const result = await runner(ctx).run(agents[scenario], "go", { maxTurns: 3, stream: true });
      let text = "";
      for await (const delta of result.toTextStream({ compatibleWithNodeStreams: true })) text += delta;
      return text;
    },
    completed: async (ctx: Context, scenario: Scenario) => {
      const result = await runner(ctx).run(agents[scenario], "go", { maxTurns: 3, stream: true });
      await result.completed;
      return result.finalOutput;
    },
  },
  // What is not terminal would be retried; here it ends the test at once.
  options: { retryPolicy: { maxAttempts: 1, onMaxAttempts: "kill" } },
});

function runner(ctx: Context): DurableRunner {
  return new DurableRunner(ctx, { modelProvider: models });
}

const handlers = ["whole", "events", "text", "nodeText", "completed"] as const;

async function failure(bed: TestBed, handler: string, scenario: Scenario): Promise<IngressError> {
  const error = await bed.call("Runs", handler, scenario).then(
    (answer) => new Error(`answered ${JSON.stringify(answer)}`),
    (reason: unknown) => reason,
  );
  if (error instanceof IngressError) return error;
  throw error;
}

describeModes(
  "errors in runs",
  (bed) => {
    describe.each(handlers)("read by %s", (handler) => {
      it.each([
        ["terminal", 1],
        ["terminalStep", 1],
        ["nested", 2],
        ["nestedTwice", 3],
        ["nestedAnswer", 2],
      ] as const)("ends with a tool's terminal error: %s", async (scenario, modelCalls) => {
        const before = models.calls();
        expect(await failure(bed(), handler, scenario)).toMatchObject({
          status: 418,
          body: expect.stringContaining("the policy does not exist"),
        });
        expect(models.calls() - before).toBe(modelCalls);
      });

      it.each([
        ["ordinary", "got an error", 2],
        ["nestedOrdinary", "done", 4],
        ["forgiving", "done", 2],
      ] as const)("goes on when the model gets it: %s", async (scenario, answer, modelCalls) => {
        const before = models.calls();
        expect(await bed().call("Runs", handler, scenario)).toMatch(answer);
        expect(models.calls() - before).toBe(modelCalls);
      });

      it.each([
        ["unhandled", "ToolCallError", 1],
        ["endless", "Max turns (3) exceeded", 3],
        ["outputTripwire", "OutputGuardrailTripwireTriggered", 2],
      ] as const)("ends terminally when the SDK gives up: %s", async (scenario, message, modelCalls) => {
        const before = models.calls();
        const error = await failure(bed(), handler, scenario);
        expect(error).toMatchObject({ status: 500, body: expect.stringContaining(message) });
        expect(error.body).not.toContain("secret");
        expect(models.calls() - before).toBe(modelCalls);
      });

      it("ends terminally when an input guardrail trips", async () => {
        const error = await failure(bed(), handler, "inputTripwire");
        expect(error).toMatchObject({
          status: 500,
          body: expect.stringContaining("InputGuardrailTripwireTriggered"),
        });
        expect(error.body).not.toContain("secret");
      });

      it.each(["inputGuardrailFails", "outputGuardrailFails"] as const)(
        "ends with the terminal error of a guardrail's step: %s",
        async (scenario) => {
          expect(await failure(bed(), handler, scenario)).toMatchObject({ status: 418 });
        },
      );
    });
  },
  { services: () => [runs] },
);
