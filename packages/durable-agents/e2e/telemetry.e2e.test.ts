// One span for each logical step, whatever is replayed: in always-replay mode each step is followed by a replay of all
// before it.

import { setTimeout } from "node:timers/promises";
import { describeModes } from "@holdfast/testing";
import { Agent } from "@openai/agents-core";
import { type Context, iface, implement, service, TerminalError } from "@restatedev/restate-sdk";
import { beforeEach, expect, it } from "vitest";
import { z } from "zod";
import { type ApprovalRequest, approvals } from "../src/approvals/index.ts";
import { DurableContext, DurableRunner, durableTool } from "../src/index.ts";
import { remoteAgentTool } from "../src/remote-agents/index.ts";
import { Compensations, currentCompensations } from "../src/sagas/index.ts";
import { ATTR, recordOnce } from "../src/telemetry/index.ts";
import { scriptedModels } from "./scripted-models.ts";
import { CLIENT_SPAN, callTraced, emittedSpans, expectSound, lengthOf } from "./telemetry/emitted-spans.ts";

const emitted = emittedSpans({
  agentVersion: "1.2.3",
  attributesOf: ({ kind, attributes }) => ({
    "backend.kind": kind,
    "backend.session": attributes[ATTR.conversationId],
  }),
});
beforeEach(() => emitted.reset());

const CANARY = "canary-7719";
const WAIT_MS = 300;

const slow = durableTool({
  name: "slow",
  description: "Takes a while",
  parameters: z.object({ what: z.string() }),
  execute: async ({ what }, ctx) => {
    await ctx.run("first half", () => what.length);
    await ctx.sleep(WAIT_MS);
    return ctx.run("second half", () => `${what} ${CANARY}`);
  },
});
const quick = durableTool({
  name: "quick",
  description: "Is done at once",
  parameters: z.object({}),
  execute: () => "done",
});
const failing = durableTool({
  name: "failing",
  description: "Fails",
  parameters: z.object({}),
  execute: (_input, ctx) => {
    currentCompensations().add("undo it", () => "undone");
    return ctx.run("fail", () => {
      throw new TerminalError("it failed");
    });
  },
});
const dangerous = durableTool({
  name: "dangerous",
  description: "Needs a person",
  parameters: z.object({}),
  needsApproval: true,
  execute: () => "done",
});
const helperContract = iface.service("Helper", { run: iface.json<{ question: string }, string>() });
const askHelper = remoteAgentTool(helperContract, {
  name: "ask_helper",
  description: "Asks",
  handler: "run",
  parameters: z.object({ question: z.string() }),
});

const specialist = new Agent({
  name: "Specialist",
  instructions: "specialist",
  tools: [quick],
  model: "small",
});
const agents = {
  parallel: new Agent({
    name: "Parallel",
    instructions: "parallel",
    model: "big",
    tools: [slow, quick, askHelper],
    inputGuardrails: [
      { name: "calm", execute: async () => ({ tripwireTriggered: false, outputInfo: undefined }) },
    ],
  }),
  nesting: new Agent({
    name: "Nesting",
    instructions: "nesting",
    model: "big",
    tools: [specialist.asTool({ toolName: "ask", toolDescription: "Asks" })],
  }),
  handing: new Agent({ name: "Handing", instructions: "handing", model: "big", handoffs: [specialist] }),
  failing: new Agent({ name: "Failing", instructions: "failing", model: "big", tools: [failing] }),
  dangerous: new Agent({ name: "Dangerous", instructions: "dangerous", model: "big", tools: [dangerous] }),
  flaky: new Agent({ name: "Flaky", instructions: "flaky", model: "big" }),
};
const helper = new Agent({ name: "Helper", instructions: "helper", model: "small" });

const failures = new Map<string, number>();
const models = scriptedModels(({ systemInstructions: agent, input }, results) => {
  if (agent === "flaky") {
    const key = JSON.stringify(input);
    const failed = failures.get(key) ?? 0;
    failures.set(key, failed + 1);
    if (failed < 2) throw Object.assign(new Error(`rate limited ${CANARY}`), { status: 429 });
  }
  const first: Record<string, { tool: string; args: object }[]> = {
    parallel: [
      { tool: "slow", args: { what: "one" } },
      { tool: "slow", args: { what: "two" } },
      { tool: "quick", args: {} },
      { tool: "ask_helper", args: { question: CANARY } },
    ],
    nesting: [
      { tool: "ask", args: { input: "a" } },
      { tool: "ask", args: { input: "b" } },
    ],
    handing: [{ tool: "transfer_to_Specialist", args: {} }],
    specialist: [{ tool: "quick", args: {} }],
    failing: [{ tool: "failing", args: {} }],
    dangerous: [{ tool: "dangerous", args: {} }],
  };
  const handedOver = agent === "specialist" && results === 1;
  const calls = first[agent ?? ""];
  return calls && results === 0 ? calls : handedOver ? "helped" : `all done ${CANARY}`;
});

const asked = new Map<string, (request: ApprovalRequest) => void>();
let counted = 0;

const runs = service({
  name: "Runs",
  handlers: {
    run: async (ctx: Context, { agent, id }: { agent: keyof typeof agents; id: string }) => {
      const durable = DurableContext.from(ctx);
      const runner = new DurableRunner(durable, {
        modelProvider: models,
        groupId: `session-${id}`,
        initialRetryInterval: 10,
        plugins: [approvals({ request: (request) => asked.get(id)?.(request) })],
      });
      const result = await Compensations.protect(durable, () => runner.run(agents[agent], `${id} ${CANARY}`));
      recordOnce(durable, () => counted++);
      await durable.sleep(1);
      return result.finalOutput;
    },
  },
});
const helpers = implement(helperContract, {
  handlers: {
    run: async (ctx, { question }) =>
      (await new DurableRunner(ctx, { modelProvider: models }).run(helper, question)).finalOutput ?? "",
  },
});
const services = () => [runs, helpers];
const endpoint = { defaultServiceOptions: { hooks: [emitted.hooks] } };

describeModes(
  "a durable run is traced",
  (bed) => {
    const run = (agent: keyof typeof agents, id: string = agent) =>
      callTraced(bed().server.ingressUrl, "Runs/run", { agent, id });

    it("by one span for each agent, model call, tool call and guardrail, across services", async () => {
      counted = 0;
      await run("parallel");
      expect(emitted.tree()).toEqual(
        [
          `${CLIENT_SPAN} > invoke_agent Parallel`,
          "invoke_agent Parallel > guardrail calm",
          "invoke_agent Parallel > chat big",
          "invoke_agent Parallel > chat big",
          "invoke_agent Parallel > execute_tool slow",
          "invoke_agent Parallel > execute_tool slow",
          "invoke_agent Parallel > execute_tool quick",
          "invoke_agent Parallel > execute_tool ask_helper",
          "execute_tool ask_helper > invoke_agent Helper",
          "invoke_agent Helper > chat small",
        ].sort(),
      );
      expectSound(emitted.all());
      const quickMs = lengthOf(emitted.named("execute_tool quick")[0]);
      for (const tool of emitted.named("execute_tool slow")) {
        expect(lengthOf(tool)).toBeGreaterThanOrEqual(WAIT_MS);
        // All tools of a turn begin with its reply; this one does not wait for the others.
        expect(lengthOf(tool)).toBeGreaterThan(quickMs);
      }
      expect(lengthOf(emitted.named("invoke_agent Parallel")[0])).toBeGreaterThanOrEqual(WAIT_MS);
      expect(counted).toBe(1);
    });

    it("with the attributes of the conventions, and no personal data", async () => {
      await run("parallel");
      const [chat] = emitted.named("chat small");
      expect(chat?.attributes).toMatchObject({
        [ATTR.operationName]: "chat",
        [ATTR.providerName]: "openai",
        [ATTR.requestModel]: "small",
        [ATTR.responseId]: "resp_0",
        [ATTR.finishReasons]: ["stop"],
        [ATTR.inputTokens]: 10,
        [ATTR.outputTokens]: 5,
        [ATTR.agentName]: "Helper",
        "backend.kind": "chat",
      });
      expect(emitted.named("execute_tool quick")[0]?.attributes).toMatchObject({
        [ATTR.operationName]: "execute_tool",
        [ATTR.toolName]: "quick",
        [ATTR.toolCallId]: expect.any(String),
        [ATTR.conversationId]: "session-parallel",
        "backend.session": "session-parallel",
      });
      expect(emitted.named("invoke_agent Parallel")[0]?.attributes).toMatchObject({
        [ATTR.agentVersion]: "1.2.3",
      });
      const everything = emitted
        .all()
        .map(({ name, attributes, events, status }) => ({ name, attributes, events, status }));
      expect(JSON.stringify(everything)).not.toContain(CANARY);
    });

    it("with nested agents under the tool calls that they work for", async () => {
      await run("nesting");
      expect(emitted.tree()).toEqual(
        [
          `${CLIENT_SPAN} > invoke_agent Nesting`,
          ...Array(2).fill("invoke_agent Nesting > chat big"),
          ...Array(2).fill("invoke_agent Nesting > execute_tool ask"),
          ...Array(2).fill("execute_tool ask > invoke_agent Specialist"),
          ...Array(4).fill("invoke_agent Specialist > chat small"),
          ...Array(2).fill("invoke_agent Specialist > execute_tool quick"),
        ].sort(),
      );
      expectSound(emitted.all());
    });

    it("with hand-offs, and one agent after the other", async () => {
      await run("handing");
      expect(emitted.tree()).toEqual(
        [
          `${CLIENT_SPAN} > invoke_agent Handing`,
          "invoke_agent Handing > chat big",
          "invoke_agent Handing > handoff",
          `${CLIENT_SPAN} > invoke_agent Specialist`,
          ...Array(1).fill("invoke_agent Specialist > chat small"),
        ].sort(),
      );
      expect(emitted.named("handoff")[0]?.attributes).toMatchObject({
        [ATTR.handoffFrom]: "Handing",
        [ATTR.handoffTo]: "Specialist",
      });
      expectSound(emitted.all());
    });

    it("with the failed attempts of a model call on its one span", async () => {
      await run("flaky", `flaky-${bed().mode}`);
      expect(emitted.tree()).toEqual(
        [`${CLIENT_SPAN} > invoke_agent Flaky`, "invoke_agent Flaky > chat big"].sort(),
      );
      const [chat] = emitted.named("chat big");
      expect(chat?.events.map(({ name, attributes }) => [name, attributes])).toEqual([
        ["attempt failed", { [ATTR.attempt]: 1, [ATTR.errorType]: "429" }],
        ["attempt failed", { [ATTR.attempt]: 2, [ATTR.errorType]: "429" }],
      ]);
      expect(chat?.attributes[ATTR.errorType]).toBeUndefined();
      expect(lengthOf(chat)).toBeGreaterThanOrEqual(30);
      expectSound(emitted.all());
    });

    it("with failures and what was undone", async () => {
      await expect(run("failing")).rejects.toThrow("it failed");
      expect(emitted.tree()).toEqual(
        [
          `${CLIENT_SPAN} > compensate undo it`,
          `${CLIENT_SPAN} > invoke_agent Failing`,
          "invoke_agent Failing > chat big",
          "invoke_agent Failing > execute_tool failing",
        ].sort(),
      );
      expect(emitted.named("execute_tool failing")[0]?.attributes[ATTR.errorType]).toBe("TerminalError");
      expectSound(emitted.all());
    });

    it("with an approval as long as the wait for it", async () => {
      const id = `dangerous-${bed().mode}`;
      const request = new Promise<ApprovalRequest>((resolve) => asked.set(id, resolve));
      const result = run("dangerous", id);
      const { id: awakeable } = await request;
      const requestedAt = Date.now();
      await setTimeout(WAIT_MS);
      await fetch(`${bed().server.ingressUrl}/restate/awakeables/${awakeable}/resolve`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ decision: "approve" }),
      });
      await result;
      const waited = Date.now() - requestedAt;
      expect(emitted.tree()).toContain("execute_tool dangerous > approval dangerous");
      const [approval, ...more] = emitted.named("approval dangerous");
      expect(more).toEqual([]);
      expect(approval?.attributes[ATTR.approvalAnswer]).toBe("approve");
      expect(lengthOf(approval)).toBeGreaterThanOrEqual(WAIT_MS);
      expect(lengthOf(approval)).toBeLessThanOrEqual(waited + 50);
      expectSound(emitted.all());
    });
  },
  { services, endpoint },
);
