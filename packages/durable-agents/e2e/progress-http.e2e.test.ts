// Progress of models behind HTTP, for both APIs: what a reader holds when the API fails in the middle of its reply.

import { type Fault, type Simulator, startSimulator } from "@holdfast/simulator";
import { describeModes } from "@holdfast/testing";
import { Agent } from "@openai/agents-core";
import { type Context, service } from "@restatedev/restate-sdk";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { DurableRunner, openAIModels } from "../src/index.ts";
import { progress, progressTopics, publishTo } from "../src/progress/index.ts";
import { isEnd, Reading } from "./progress-reading.ts";

const ANSWER = "The claim is covered: the plan pays for treatment at home, and it was filed in time. ".repeat(
  8,
);
const plain = new Agent({ name: "Plain", instructions: "Answer.", model: "a-model" });

let simulator: Simulator;
beforeAll(async () => {
  simulator = await startSimulator();
});
afterAll(() => simulator.stop());
beforeEach(() => {
  simulator.reset();
  simulator.script(() => ({ text: ANSWER }));
});

let ingressUrl = "";

const runs = service({
  name: "Runs",
  handlers: {
    run: async (ctx: Context, api: "responses" | "chat_completions") => {
      const runner = new DurableRunner(ctx, {
        modelProvider: openAIModels({ api, apiKey: "none", baseURL: `${simulator.url}/v1` }),
        initialRetryInterval: 1,
        plugins: [progress(publishTo({ ingressUrl, intervalMs: 20 }))],
      });
      return (await runner.run(plain, "go")).finalOutput;
    },
  },
});

describeModes(
  "progress over HTTP",
  (bed) => {
    beforeEach(() => {
      ingressUrl = bed().server.ingressUrl;
    });

    describe.each(["responses", "chat_completions"] as const)("%s", (api) => {
      it.each<[string, Fault[], number]>([
        ["a reply without a fault", [], 0],
        ["a connection that is cut", [{ kind: "cut" }], 1],
        ["half a reply, twice", [{ kind: "truncated_json", times: 2 }], 2],
        ["a busy API", [{ kind: "status", status: 429, retryAfterSeconds: 0.01 }], 1],
      ])("shows the whole answer after %s", async (_name, faults, failures) => {
        for (const fault of faults) simulator.inject(fault);
        const topic = await bed().send("Runs", "run", api);
        const reading = new Reading(() => ANSWER);
        await reading.until({ ingressUrl, topic }, isEnd);
        expect(await bed().attach(topic)).toBe(ANSWER);
        expect(reading.view).toMatchObject({ status: "completed", text: ANSWER });
        expect(reading.of("reset")).toHaveLength(failures);
        const attempts = reading.of("text_delta").map(({ attempt }) => attempt);
        expect(attempts.at(-1)).toBe(failures + 1);
        if (faults.some(({ kind }) => kind !== "status")) expect(attempts[0]).toBe(1);
        expect(simulator.stats().total).toBe(failures + 1);
      });
    });
  },
  { services: () => [runs, progressTopics()] },
);
