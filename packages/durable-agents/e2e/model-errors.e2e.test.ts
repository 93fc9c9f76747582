// Tries each failure of a model API, over real HTTP and for both APIs, streamed or not: how often
// it is called, and how the invocation ends.

import { type Fault, type Simulator, startSimulator } from "@holdfast/simulator";
import { describeModes, IngressError } from "@holdfast/testing";
import { Agent } from "@openai/agents-core";
import { type Context, service } from "@restatedev/restate-sdk";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { z } from "zod";
import { DurableRunner, durableTool, openAIModels } from "../src/index.ts";
import { progress } from "../src/progress/index.ts";

const KEY = "sk-right-0123456789abcdef";
const WRONG_KEY = "sk-wrong-0123456789abcdef";
// For replies that never come. All others have the library's own minutes, however busy the machine.
const TIMEOUT_MS = 1000;

type Api = "responses" | "chat_completions";

interface Input {
  readonly api: Api;
  readonly agent: keyof typeof agents;
  readonly apiKey?: string;
  /** With a listener the replies are streamed. */
  readonly streamed: boolean;
  readonly timeoutMs?: number;
}

const lookUp = durableTool({
  name: "look_up",
  description: "Looks something up",
  parameters: z.object({ what: z.string() }),
  execute: ({ what }, ctx) => ctx.run("look up", () => `found ${what}`),
});
const plain = new Agent({ name: "Plain", instructions: "Answer.", model: "a-model" });
const agents = {
  plain,
  withTool: new Agent({ name: "WithTool", instructions: "Look up.", model: "a-model", tools: [lookUp] }),
  twoBesides: new Agent({
    name: "Leading",
    instructions: "Ask both.",
    model: "a-model",
    tools: ["slow", "quick"].map((name) =>
      new Agent({ name, instructions: `${name} work`, model: "a-model", tools: [lookUp] }).asTool({
        toolName: `ask_${name}`,
        toolDescription: "Asks",
      }),
    ),
  }),
};

let simulator: Simulator;
beforeAll(async () => {
  simulator = await startSimulator({ apiKey: KEY });
});
afterAll(() => simulator.stop());
beforeEach(() => {
  simulator.reset();
  simulator.script(({ items, tools }) => {
    if (items.some(({ type }) => type === "tool_result") || tools.length === 0) return { text: "done" };
    return { toolCalls: tools.map(({ name }) => ({ name, arguments: { what: "plan", input: "go" } })) };
  });
});

const runs = service({
  name: "Runs",
  handlers: {
    run: async (ctx: Context, { api, agent, apiKey = KEY, streamed, timeoutMs }: Input) => {
      const modelProvider = openAIModels({
        api,
        apiKey,
        baseURL: `${simulator.url}/v1`,
        ...(timeoutMs && { timeoutMs }),
      });
      const runner = new DurableRunner(ctx, {
        modelProvider,
        initialRetryInterval: 1,
        plugins: streamed ? [progress(() => {})] : [],
      });
      return (await runner.run(agents[agent], "go", { maxTurns: 3 })).finalOutput;
    },
  },
});

describeModes(
  "model errors",
  (bed) => {
    describe.each([
      { api: "responses", streamed: false },
      { api: "responses", streamed: true },
      { api: "chat_completions", streamed: false },
      { api: "chat_completions", streamed: true },
    ] as const)("$api, streamed: $streamed", ({ api, streamed }) => {
      const run = (agent: keyof typeof agents = "plain", more: Pick<Input, "apiKey" | "timeoutMs"> = {}) =>
        bed().call("Runs", "run", { api, agent, streamed, ...more });

      async function failure(agent?: keyof typeof agents, apiKey?: string): Promise<IngressError> {
        const error = await run(agent, { apiKey }).then(
          (answer) => new Error(`answered ${JSON.stringify(answer)}`),
          (reason: unknown) => reason,
        );
        if (!(error instanceof IngressError)) throw error;
        expect([error.body, ...bed().endpoint.logs(), ...bed().server.logs()].join("\n")).not.toMatch(
          /0123456789abcdef/,
        );
        return error;
      }

      it.each<[string, Fault]>([
        ["429", { kind: "status", status: 429 }],
        ["408", { kind: "status", status: 408 }],
        ["409", { kind: "status", status: 409 }],
        ["500", { kind: "status", status: 500 }],
        ["503", { kind: "status", status: 503 }],
        ["a connection cut in the reply", { kind: "cut" }],
        ["truncated JSON", { kind: "truncated_json" }],
        ["a reply without choices", { kind: "no_choices" }],
      ])("calls again after %s", async (_name, fault) => {
        simulator.inject({ ...fault, times: 2 });
        expect(await run()).toBe("done");
        expect(simulator.stats().total).toBe(3);
      });

      it("calls again after a reply that never comes", async () => {
        simulator.inject({ kind: "hang", times: 2 });
        expect(await run("plain", { timeoutMs: TIMEOUT_MS })).toBe("done");
        expect(simulator.stats().total).toBe(3);
      });

      it.each<[string, Fault, number]>([
        ["400", { kind: "status", status: 400 }, 400],
        ["401", { kind: "status", status: 401 }, 401],
        ["403", { kind: "status", status: 403 }, 403],
        ["404", { kind: "status", status: 404 }, 404],
        ["422", { kind: "status", status: 422 }, 422],
        ["a content filter", { kind: "status", status: 400, code: "content_filter" }, 400],
        ["a quota used up", { kind: "status", status: 429, code: "insufficient_quota" }, 429],
      ])("ends at once with %s", async (_name, fault, status) => {
        simulator.inject({ ...fault, times: 10 });
        expect(await failure()).toMatchObject({ status, body: expect.stringContaining("Model API: ") });
        expect(simulator.stats().total).toBe(1);
      });

      it("ends with a wrong key, without the key", async () => {
        expect(await failure("plain", WRONG_KEY)).toMatchObject({ status: 401 });
      });

      it("ends when the attempts are used up", async () => {
        simulator.inject({ kind: "status", status: 500, times: 10 });
        expect(await failure()).toMatchObject({
          status: 500,
          body: expect.stringContaining("Model API: 500"),
        });
        expect(simulator.stats().total).toBe(3);
      });

      it("waits as long as the API wishes", async () => {
        simulator.inject({ kind: "status", status: 429, retryAfterSeconds: 0.5 });
        const answer = run();
        await simulator.nextCall();
        const refused = performance.now();
        await simulator.nextCall();
        // Its own first wait is 1 ms.
        expect(performance.now() - refused).toBeGreaterThan(450);
        expect(await answer).toBe("done");
        expect(simulator.stats().total).toBe(2);
      });

      it("lets other agents go on while one waits for the API", async () => {
        const calls: string[] = [];
        const order = ({ instructions }: { instructions: string }) => {
          calls.push(instructions);
          simulator.nextCall().then(order);
        };
        simulator.nextCall().then(order);
        // The first call is the leading agent's; of the two that follow, one is answered with a time to come back.
        simulator.inject({ kind: "status", status: 429, retryAfterSeconds: 1, after: 1 });
        expect(await run("twoBesides")).toBe("done");
        const [leading, refused, other, ...rest] = calls;
        expect(leading).toBe("Ask both.");
        expect(rest).toEqual([other, refused, refused, "Ask both."]);
      });

      it.each(["unknown_tool", "bad_arguments"] as const)("tells the model of %s", async (kind) => {
        simulator.inject({ kind });
        expect(await run("withTool")).toBe("done");
        expect(simulator.stats().total).toBe(2);
      });

      it.each(["unknown_tool", "bad_arguments"] as const)("bounds %s by the turns", async (kind) => {
        simulator.inject({ kind, times: 10 });
        expect(await failure("withTool")).toMatchObject({ body: expect.stringContaining("Max turns (3)") });
        expect(simulator.stats().total).toBe(3);
      });
    });
  },
  { services: () => [runs], modes: ["default"] },
);
