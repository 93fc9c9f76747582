// Cancelling an invocation ends its run, the model request in flight, and the remote agents it called; what undoes its
// work still runs, durably.

import { setTimeout } from "node:timers/promises";
import { type Simulator, startSimulator } from "@holdfast/simulator";
import { describeModes, EffectCounter, type TestBed, waitForStatus } from "@holdfast/testing";
import { Agent } from "@openai/agents-core";
import { CancelledError, type Context, iface, service } from "@restatedev/restate-sdk";
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { z } from "zod";
import {
  currentDurableContext,
  DurableContext,
  DurableRunner,
  durableTool,
  openAIModels,
} from "../src/index.ts";
import { remoteAgentTool } from "../src/remote-agents/index.ts";

// A cancellation reaches a step that is running only as long as Restate still talks to the attempt: this time, which
// must be longer than a model call may take. In the mode that always replays it would be none at all.
const INACTIVITY_TIMEOUT_MS = 30_000;

const effects = new EffectCounter();
let simulator: Simulator;
beforeAll(async () => {
  simulator = await startSimulator();
});
afterAll(() => simulator.stop());

// The leading agents ask; whoever is asked gets no answer.
beforeEach(() => {
  simulator.reset();
  simulator.script(({ instructions, items, tools }) => {
    if (instructions === "Wait.") return new Promise(() => {});
    if (instructions === "Explain.") return { text: "explained" };
    if (items.some(({ type }) => type === "tool_result")) return { text: "went on" };
    return { toolCalls: tools.map(({ name }) => ({ name, arguments: { input: "go" } })) };
  });
});

const remote = iface.service("Remote", { run: iface.json<{ input: string }, string>() });

const waiting = new Agent({ name: "Waiting", instructions: "Wait.", model: "a-model" });

const swallowing = durableTool({
  name: "swallowing",
  description: "Says that all is well",
  parameters: z.object({ input: z.string() }),
  execute: () =>
    currentDurableContext()
      .sleep({ days: 1 })
      .catch(() => "all is well"),
});

const agents = {
  waiting,
  nested: asking("Nested", waiting.asTool({ toolName: "ask", toolDescription: "Asks" })),
  remote: asking(
    "Remote",
    remoteAgentTool(remote, {
      name: "ask",
      description: "Asks",
      handler: "run",
      parameters: z.object({ input: z.string() }),
    }),
  ),
  swallowing: asking("Swallowing", swallowing),
  explaining: new Agent({ name: "Explaining", instructions: "Explain.", model: "a-model" }),
};

function asking(name: string, tool: Agent["tools"][number]): Agent {
  return new Agent({ name, instructions: "Ask.", model: "a-model", tools: [tool] });
}

interface Input {
  readonly agent: keyof typeof agents;
  readonly run: string;
  readonly stream?: boolean;
}

async function runAgent(ctx: Context, { agent, stream }: Omit<Input, "run">): Promise<string> {
  const runner = new DurableRunner(ctx, {
    modelProvider: openAIModels({ apiKey: "none", baseURL: `${simulator.url}/v1` }),
  });
  if (!stream) return String((await runner.run(agents[agent], "go")).finalOutput);
  const result = await runner.run(agents[agent], "go", { stream: true });
  for await (const _event of result);
  return String(result.finalOutput);
}

/** A step that fails its first attempt. */
function undo(ctx: Context, run: string): Promise<void> {
  return DurableContext.from(ctx).run(
    "undo",
    () => {
      if (effects.hit(`${run} undo attempts`) === 1) throw new Error("planned failure");
      effects.hit(`${run} undo`);
    },
    { initialRetryInterval: 1 },
  );
}

const holding = Promise.withResolvers<string>();

const runs = service({
  name: "Runs",
  handlers: {
    run: (ctx: Context, input: Input) => runAgent(ctx, input),
    compensating: async (ctx: Context, input: Input) => {
      try {
        return await runAgent(ctx, input);
      } catch (error) {
        effects.hit(`${input.run} ${error instanceof CancelledError ? "cancelled" : "other"}`);
        await undo(ctx, input.run);
        // Another run is no part of the cancelled one.
        effects.hit(`${input.run} ${await runAgent(ctx, { agent: "explaining" })}`);
        throw error;
      }
    },
    holding: async (ctx: Context, { run }: Input) => {
      const step = DurableContext.from(ctx).run("hold", () => {
        effects.hit(`${run} held`);
        return holding.promise;
      });
      await step.catch(() => undo(ctx, run));
      return "undone";
    },
  },
  options: { inactivityTimeout: INACTIVITY_TIMEOUT_MS },
});

const remotes = service({
  name: "Remote",
  handlers: { run: (ctx: Context, _input: { input: string }) => runAgent(ctx, { agent: "waiting" }) },
  options: { inactivityTimeout: INACTIVITY_TIMEOUT_MS },
});

/** Without a time-out of its own: it suspends while it sleeps. */
const sleepers = service({
  name: "Sleepers",
  handlers: { run: (ctx: Context, input: Input) => runAgent(ctx, input) },
});

/** Restate and HTTP report the end of a request to nobody: looks until the condition holds. */
async function eventually(condition: () => boolean): Promise<void> {
  for (const deadline = Date.now() + 5_000; !condition(); await setTimeout(5)) {
    if (Date.now() > deadline) throw new Error(`never came true: ${condition}`);
  }
}

const CANCELLED = { status: 409, body: expect.stringMatching(/cancelled/i) };

async function cancelOnceItWaits(bed: TestBed, handler: string, input: Input): Promise<unknown> {
  const asked = simulator.nextCall(({ instructions }) => instructions === "Wait.");
  const id = await bed.send("Runs", handler, input);
  await asked;
  await bed.cancel(id);
  return bed.attach(id).catch((error: unknown) => error);
}

describeModes(
  "cancellation",
  (bed) => {
    it.each([
      ["waiting", 1],
      ["nested", 2],
      ["remote", 2],
    ] as const)("ends the run and its model request: %s", async (agent, calls) => {
      expect(await cancelOnceItWaits(bed(), "run", { agent, run: "" })).toMatchObject(CANCELLED);
      await eventually(() => simulator.stats().inFlight === 0);
      expect(simulator.stats()).toMatchObject({ total: calls });
      expect(simulator.stats().calls.at(-1)).toMatchObject({ answered: false });
    });

    it("ends a streaming run", async () => {
      const input = { agent: "nested", run: "", stream: true } as const;
      expect(await cancelOnceItWaits(bed(), "run", input)).toMatchObject(CANCELLED);
      await eventually(() => simulator.stats().inFlight === 0);
    });

    it("cancels the remote agent too", async () => {
      await cancelOnceItWaits(bed(), "run", { agent: "remote", run: "" });
      const ids = await remoteInvocations(bed());
      expect(ids.length).toBeGreaterThan(0);
      for (const id of ids) {
        // It ends on its own, after its caller.
        const row = await waitForStatus(bed().server, id, ({ status }) => status === "completed");
        expect(row.completion_failure).toMatch(/cancelled/i);
      }
    });

    it("lets the handler undo its work, and repeats neither that nor the cancelled request", async () => {
      const run = `compensating ${bed().mode}`;
      const ended = await cancelOnceItWaits(bed(), "compensating", { agent: "nested", run });
      expect(ended).toMatchObject(CANCELLED);
      expect(effects.count(`${run} undo`)).toBe(1);
      expect(effects.count(`${run} undo attempts`)).toBe(2);
      expect(effects.count(`${run} other`)).toBe(0);
      expect(effects.count(`${run} explained`)).toBeGreaterThan(0);
      // The leading agent's, the cancelled one, and the explanation.
      expect(simulator.stats().total).toBe(3);
    });

    it("ends a run whose tool keeps the cancellation to itself", async () => {
      const asked = simulator.nextCall();
      const id = await bed().send("Sleepers", "run", { agent: "swallowing", run: "" });
      await asked;
      await sleeping(bed(), id);
      await bed().cancel(id);
      expect(
        await bed()
          .attach(id)
          .catch((error: unknown) => error),
      ).toMatchObject(CANCELLED);
      expect(simulator.stats().total).toBe(1);
    });

    it("does not wait for the API's wish", async () => {
      simulator.inject({ kind: "status", status: 429, retryAfterSeconds: 3600 });
      const asked = simulator.nextCall();
      const id = await bed().send("Sleepers", "run", { agent: "waiting", run: "" });
      await asked;
      await sleeping(bed(), id);
      await bed().cancel(id);
      expect(
        await bed()
          .attach(id)
          .catch((error: unknown) => error),
      ).toMatchObject(CANCELLED);
      expect(simulator.stats().total).toBe(1);
    });

    it("does not wait for a cancelled step that goes on", async () => {
      const run = `holding ${bed().mode}`;
      const id = await bed().send("Runs", "holding", { agent: "waiting", run });
      await eventually(() => effects.count(`${run} held`) === 1);
      await bed().cancel(id);
      expect(await bed().attach(id)).toBe("undone");
      expect(effects.count(`${run} held`)).toBe(1);
      expect(effects.count(`${run} undo`)).toBe(1);
    });
  },
  { services: () => [runs, remotes, sleepers] },
);

async function remoteInvocations({ server }: TestBed): Promise<string[]> {
  const sql = "SELECT id FROM sys_invocation WHERE target = 'Remote/run'";
  return (await server.query(sql, z.object({ id: z.string() }))).map(({ id }) => id);
}

/** Waits until the invocation has begun to sleep. */
async function sleeping({ server }: TestBed, id: string): Promise<void> {
  for (;;) {
    const sql = `SELECT entry_type FROM sys_journal WHERE id = '${id}' AND entry_type = 'Command: Sleep'`;
    if ((await server.query(sql, z.object({ entry_type: z.string() }))).length > 0) return;
    await setTimeout(5);
  }
}
