// Reads runs while they run, and checks that the run does not depend on its readers.

import { describeModes, freePort, journalSize, type TestBed, waitForStatus } from "@holdfast/testing";
import { Agent, type ModelRequest } from "@openai/agents-core";
import { type Context, type LoggerTransport, service, TerminalError } from "@restatedev/restate-sdk";
import { beforeEach, expect, it } from "vitest";
import { z } from "zod";
import { approvals } from "../src/approvals/index.ts";
import { DurableRunner, durableTool } from "../src/index.ts";
import {
  type ProgressFrame,
  type ProgressListener,
  progress,
  progressTopics,
  publishTo,
} from "../src/progress/index.ts";
import { isEnd, isText, Reading } from "./progress-reading.ts";
import { scriptedModels } from "./scripted-models.ts";

const SECRET = "canary-4711";

const tools = {
  look: durableTool({
    name: "look",
    description: "Looks something up",
    parameters: z.object({ what: z.string() }),
    execute: ({ what }, ctx) => ctx.run("look", () => `found ${what}`),
  }),
  pay: durableTool({
    name: "pay",
    description: "Pays",
    parameters: z.object({ what: z.string() }),
    needsApproval: true,
    execute: ({ what }, ctx) => ctx.run("pay", () => `paid ${what}`),
  }),
  fail: durableTool({
    name: "fail",
    description: "Fails",
    parameters: z.object({ what: z.string() }),
    execute: () => {
      throw new TerminalError("no such thing");
    },
  }),
};

/** An agent calls all its tools in its first turn, and then speaks. */
const agent = (name: string, tools: Agent["tools"], handoffs: Agent[] = []) =>
  new Agent({ name, instructions: name, tools, handoffs });
const inner = (name: string) =>
  agent(`Inner ${name}`, [tools.look]).asTool({ toolName: `ask_${name}`, toolDescription: "Asks" });
const agents = {
  plain: agent("Plain", []),
  nesting: agent("Nesting", [inner("a"), inner("b")]),
  handing: agent("Handing", [], [agent("Taking", [tools.look])]),
  paying: agent("Paying", [tools.pay]),
  failing: agent("Failing", [tools.fail]),
};

const answerOf = (agent: string) => `${agent} has found what was asked for, and says so in a long sentence.`;
const said = (frame: ProgressFrame) => ("agent" in frame ? answerOf(frame.agent) : "");

let beforePiece: (sent: number, request: ModelRequest) => Promise<void> | void = () => {};
beforeEach(() => {
  beforePiece = () => {};
});

const models = scriptedModels(
  ({ systemInstructions = "", tools, handoffs }, results) => {
    const [handoff] = handoffs;
    if (handoff) return [{ tool: handoff.toolName, args: {} }];
    if (results > 0 || tools.length === 0) return answerOf(systemInstructions);
    return tools.map(({ name }) => ({ tool: name, args: { what: SECRET, input: "go" } }));
  },
  (sent, request) => beforePiece(sent, request),
);

interface Input {
  readonly agent: keyof typeof agents;
  readonly stream?: boolean;
  /** To whom the progress goes; to the topic of the invocation when left out. */
  readonly to?: "listener" | "nobody" | "nowhere";
}

let ingressUrl = "";
let nowhere = "";
let listener: ProgressListener = () => {};

const runs = service({
  name: "Runs",
  handlers: {
    run: async (ctx: Context, { agent, stream, to }: Input) => {
      const runner = new DurableRunner(ctx, {
        modelProvider: models,
        initialRetryInterval: 1,
        plugins: [
          approvals({ request: ({ id }) => asked.resolve(id) }),
          progress(
            to === "listener"
              ? (frames) => listener(frames)
              : publishTo({ ingressUrl: to === "nowhere" ? nowhere : ingressUrl, intervalMs: 20 }),
          ),
        ],
      });
      if (!stream) return (await runner.run(agents[agent], "go")).finalOutput;
      const result = await runner.run(agents[agent], "go", { stream: true });
      for await (const _event of result);
      return result.finalOutput;
    },
  },
});
const warnings: string[] = [];
const logger: LoggerTransport = ({ level }, ...parts) => {
  const line = parts.join(" ");
  if (level === "warn" && /progress/i.test(line)) warnings.push(line);
};
let asked = Promise.withResolvers<string>();

describeModes(
  "progress",
  (bed) => {
    beforeEach(async () => {
      ingressUrl = bed().server.ingressUrl;
      nowhere = `http://127.0.0.1:${await freePort()}`;
      asked = Promise.withResolvers();
      warnings.length = 0;
    });

    async function readRun(input: Input): Promise<{ id: string; reading: Reading }> {
      const id = await bed().send("Runs", "run", input);
      const reading = new Reading(said);
      await reading.until({ ingressUrl, topic: id }, isEnd);
      return { id, reading };
    }

    it.each([false, true])("shows text before the model has ended (streaming run: %s)", async (stream) => {
      const held = Promise.withResolvers<void>();
      beforePiece = (sent) => (sent === 3 ? held.promise : undefined);
      const id = await bed().send("Runs", "run", { agent: "plain", stream });
      const reading = new Reading(said);
      await reading.until({ ingressUrl, topic: id }, isText);
      expect(reading.view.text).not.toBe("");
      expect(await modelSteps(bed(), id)).toBe(0);
      held.resolve();
      await reading.until({ ingressUrl, topic: id }, isEnd);
      expect(reading.view).toMatchObject({
        status: "completed",
        agent: "Plain",
        text: await bed().attach(id),
      });
      expect(await modelSteps(bed(), id)).toBe(1);
    });

    it.each([false, true])(
      "reports agents and tools, each event once (streaming run: %s)",
      async (stream) => {
        const before = models.calls();
        const { id, reading } = await readRun({ agent: "nesting", stream });
        expect(models.calls() - before).toBe(6);
        expect(reading.view.text).toBe(await bed().attach(id));
        const ofRun = reading.frames.filter(({ type }) => type !== "text_delta" && type !== "reset");
        expect(ofRun.map((frame) => "seq" in frame && frame.seq)).toEqual(ofRun.map((_frame, n) => n));
        const calls = (type: "tool_started" | "tool_ended") =>
          reading
            .of(type)
            .map(({ agent, tool, parent }) => `${agent} ${tool} ${parent ?? ""}`)
            .sort();
        expect(calls("tool_started")).toEqual([
          "Inner a look call_0_0_ask_a",
          "Inner b look call_0_1_ask_b",
          "Nesting ask_a ",
          "Nesting ask_b ",
        ]);
        expect(calls("tool_ended")).toEqual(calls("tool_started"));
        expect(
          reading
            .of("agent_updated")
            .map(({ agent, parent }) => [agent, parent])
            .sort(),
        ).toEqual([
          ["Inner a", "call_0_0_ask_a"],
          ["Inner b", "call_0_1_ask_b"],
        ]);
        const answers = ["Inner a", "Inner b", "Nesting"].map(answerOf);
        expect([...reading.texts.values()].filter((text) => text !== "").sort()).toEqual(answers);
        expect(reading.of("run_ended")).toMatchObject([{ agent: "Nesting", outcome: "completed" }]);
        expect(JSON.stringify(reading.frames)).not.toContain(SECRET);
      },
    );

    it("reports a handoff", async () => {
      const { reading } = await readRun({ agent: "handing" });
      expect(reading.of("run_started")).toMatchObject([{ agent: "Handing" }]);
      expect(reading.of("agent_updated")).toMatchObject([{ agent: "Taking" }]);
      expect(reading.view).toMatchObject({ agent: "Taking", text: answerOf("Taking") });
    });

    it("reports a call that waits for a person", async () => {
      const id = await bed().send("Runs", "run", { agent: "paying" });
      const reading = new Reading(said);
      await reading.until({ ingressUrl, topic: id }, ({ type }) => type === "approval_requested");
      expect(reading.view.tools).toMatchObject([{ tool: "pay", agent: "Paying", waitsForApproval: true }]);
      await bed().resolveAwakeable(await asked.promise, true);
      await reading.until({ ingressUrl, topic: id }, isEnd);
      const types = reading.frames.map(({ type }) => type);
      expect(types.filter((type) => type.startsWith("approval") || type.startsWith("tool"))).toEqual([
        "approval_requested",
        "approval_answered",
        "tool_started",
        "tool_ended",
      ]);
    });

    it("takes back what a failed attempt has said", async () => {
      const before = models.calls();
      const held = Promise.withResolvers<void>();
      let attempts = 0;
      beforePiece = async (sent) => {
        if (sent === 0) attempts++;
        if (attempts > 1 || sent !== 3) return;
        await held.promise;
        throw new Error("the connection broke");
      };
      const id = await bed().send("Runs", "run", { agent: "plain" });
      const reading = new Reading(said);
      await reading.until({ ingressUrl, topic: id }, isText);
      held.resolve();
      await reading.until({ ingressUrl, topic: id }, ({ type }) => type === "reset");
      expect(reading.view.text).toBe("");
      await reading.until({ ingressUrl, topic: id }, isEnd);
      expect(reading.view.text).toBe(await bed().attach(id));
      expect(reading.of("reset")).toMatchObject([{ attempt: 1, step: 0 }]);
      expect(new Set(reading.of("text_delta").map(({ attempt }) => attempt))).toEqual(new Set([1, 2]));
      expect(models.calls() - before).toBe(2);
    });

    it("tells how a run ends that fails or is cancelled", async () => {
      const failed = await readRun({ agent: "failing" });
      expect(failed.reading.view).toMatchObject({ status: "failed", tools: [] });
      const id = await bed().send("Runs", "run", { agent: "paying" });
      await asked.promise;
      await bed().cancel(id);
      const reading = new Reading(said);
      await reading.until({ ingressUrl, topic: id }, isEnd);
      expect(reading.view).toMatchObject({ status: "cancelled" });
    });

    it("changes nothing of the journal", async () => {
      const sizes: unknown[] = [];
      for (const to of ["nobody", undefined] as const) {
        const id = await bed().send("Runs", "run", { agent: "nesting", to: to ?? undefined });
        await bed().attach(id);
        await waitForStatus(bed().server, id, ({ status }) => status === "completed");
        sizes.push((await journalSize(bed().server, id)).entries);
      }
      expect(sizes[1]).toBe(sizes[0]);
    });

    it("tells a listener in this process, each frame once", async () => {
      const reading = new Reading(said);
      const ended = Promise.withResolvers<void>();
      listener = (frames) => {
        for (const frame of frames) reading.add(frame);
        if (frames.some(isEnd)) ended.resolve();
      };
      const answer = await bed().call("Runs", "run", { agent: "nesting", to: "listener" });
      await ended.promise;
      expect(reading.view).toMatchObject({ status: "completed", text: answer });
      expect(reading.of("tool_started")).toHaveLength(4);
    });

    it.each<[string, ProgressListener]>([
      [
        "throws",
        () => {
          throw new Error(SECRET);
        },
      ],
      ["rejects", () => Promise.reject(new Error(SECRET))],
      ["never returns", () => new Promise(() => {})],
    ])("does not let a listener disturb the run that %s", async (name, disturbing) => {
      const called = Promise.withResolvers<void>();
      listener = (frames) => {
        called.resolve();
        return disturbing(frames);
      };
      expect(await bed().call("Runs", "run", { agent: "nesting", to: "listener" })).toBe(answerOf("Nesting"));
      await called.promise;
      if (name !== "never returns") {
        await expect
          .poll(() => warnings)
          .toEqual(["The listener of a run's progress threw. Frames are lost, and the run goes on."]);
      }
    });

    it("does not need an ingress that answers", async () => {
      expect(await bed().call("Runs", "run", { agent: "nesting", to: "nowhere" })).toBe(answerOf("Nesting"));
      const expected = "The progress of a run cannot be delivered and is dropped. The run goes on.";
      await expect.poll(() => warnings, { timeout: 20_000 }).toEqual([expected]);
    });
  },
  { services: () => [runs, progressTopics()], endpoint: { logger } },
);

/** How many model steps of the run have been journaled. */
async function modelSteps({ server }: TestBed, id: string): Promise<number> {
  const sql = `SELECT count(*) AS entries FROM sys_journal WHERE id = '${id}' AND entry_type = 'Notification: Run'`;
  const [row] = await server.query(sql, z.object({ entries: z.number() }));
  return row?.entries ?? 0;
}
