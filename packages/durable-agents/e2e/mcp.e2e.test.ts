// MCP servers in durable runs, over standard streams and over HTTP: what is journaled, and what becomes of a server
// that dies, refuses, or does not answer.

import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { describeModes, waitForStatus } from "@holdfast/testing";
import { Agent, type MCPServer, MCPServerStdio, MCPServerStreamableHttp } from "@openai/agents-core";
import { type Context, service } from "@restatedev/restate-sdk";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { currentDurableContext, DurableRunner, durableTool } from "../src/index.ts";
import { type DurableMcpOptions, durableMcp } from "../src/mcp/index.ts";
import { HttpMcpServer } from "./http-mcp-server.ts";
import { EffectFile } from "./mcp-tools.ts";
import { scriptedModels } from "./scripted-models.ts";

const effects = new EffectFile(join(mkdtempSync(join(tmpdir(), "mcp-")), "effects"));
const http = new HttpMcpServer(effects);

// Long enough for a busy machine, and short, for calls that are never answered.
const CALL_TIMEOUT_MS = 20_000;
const HANGING_TIMEOUT_MS = 300;
const entry = fileURLToPath(new URL("./fixtures/stdio-mcp-server.ts", import.meta.url));

type Settings = Partial<
  Pick<MCPServer, "toolFilter" | "toolMetaResolver" | "useStructuredContent" | "errorFunction">
> & {
  readonly timeout?: number;
};

// The SDK tells the console of each session that its server has forgotten.
const silent = () => {};
const logger = {
  namespace: "silent",
  debug: silent,
  warn: silent,
  error: silent,
  dontLogModelData: true,
  dontLogToolData: true,
};

const patient = { timeout: CALL_TIMEOUT_MS, clientSessionTimeoutSeconds: CALL_TIMEOUT_MS / 1_000, logger };

const makers: Record<Transport, (settings: Settings) => MCPServer> = {
  stdio: (settings) =>
    new MCPServerStdio({ command: process.execPath, args: [entry, effects.path], ...patient, ...settings }),
  http: (settings) => new MCPServerStreamableHttp({ url: http.url, ...patient, ...settings }),
};
const transports = ["stdio", "http"] as const;
type Transport = (typeof transports)[number];

function pids(): number[] {
  const lines = effects.lines().filter((line) => line.startsWith("pid "));
  return lines.map((line) => Number(line.slice(4)));
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

const restarts: Record<Transport, () => Promise<void>> = {
  stdio: async () => {
    for (const pid of pids().filter(isAlive)) process.kill(pid, "SIGKILL");
  },
  http: () => http.restart(),
};

const opened: MCPServer[] = [];
const soon = { initialRetryInterval: 5, maxRetryInterval: 10 };

function agentsOf(transport: Transport) {
  const server = (settings: Settings = {}, options: DurableMcpOptions = {}) => {
    const made = durableMcp("plans", () => makers[transport](settings), { ...soon, ...options });
    opened.push(made);
    return made;
  };
  const plans = server();
  const restart = durableTool({
    name: "restart",
    description: "Restarts the server",
    parameters: z.object({ what: z.string() }),
    execute: (_input, ctx) => ctx.run("restart", restarts[transport]),
  });
  const stop = durableTool({
    name: "stop",
    description: "Stops the server for good",
    parameters: z.object({ what: z.string() }),
    execute: (_input, ctx) => ctx.run("stop", () => http.stop()),
  });
  const agent = (name: string, instructions: string, mcp: MCPServer = plans) =>
    new Agent({ name, instructions, mcpServers: [mcp], tools: [restart, stop] });
  const looking = (name: string) =>
    agent(name, "look_up look_up then look_up").asTool({ toolName: `ask_${name}`, toolDescription: "Asks" });
  const toolMetaResolver = () => ({ key: currentDurableContext().rand.uuidv4() });
  const told: Settings["errorFunction"] = ({ error }) =>
    `all is well: ${error instanceof Error ? error.message : error}`;
  return {
    looking: agent("Looking", "look_up look_up look_up then look_up"),
    restarting: agent("Restarting", "look_up then restart then look_up"),
    fragile: agent("Fragile", "fragile"),
    waiting: agent("Waiting", "hang"),
    hanging: agent("Hanging", "hang", server({ timeout: HANGING_TIMEOUT_MS })),
    refused: agent("Refused", "refuse"),
    invalid: agent("Invalid", "invalid"),
    gone: agent("Gone", "gone then look_up"),
    unlisted: agent("Unlisted", "unheard_of then look_up"),
    parent: new Agent({ name: "Parent", instructions: "ask_a ask_b", tools: [looking("a"), looking("b")] }),
    perTurn: agent("PerTurn", "look_up then look_up", server({}, { listTools: "each-turn" })),
    filtered: agent(
      "Filtered",
      "refuse then look_up",
      server({ toolFilter: { allowedToolNames: ["look_up"] } }),
    ),
    structured: agent("Structured", "price", server({ useStructuredContent: true })),
    unstructured: agent("Unstructured", "price"),
    keyed: agent("Keyed", "fragile", server({ toolMetaResolver })),
    told: agent("Told", "invalid", server({ errorFunction: told })),
    hangingTold: agent(
      "HangingTold",
      "hang",
      server({ errorFunction: told, timeout: HANGING_TIMEOUT_MS }, { maxRetryAttempts: 2 }),
    ),
    stopping: agent("Stopping", "stop then look_up", server({ errorFunction: told })),
  };
}

const agents = { stdio: agentsOf("stdio"), http: agentsOf("http") };

// Instructions are the tools of each turn.
const models = scriptedModels((request, results) => {
  const input = JSON.stringify(request.input);
  const [run] = input.match(/run-[\w-]+/) ?? ["run"];
  let before = 0;
  for (const [turn, tools] of (request.systemInstructions ?? "").split(" then ").entries()) {
    const names = tools.split(" ");
    if (before >= results) {
      return names.map((tool, n) => ({ tool, args: { what: `${run} ${turn} ${n}`, input: `${run}-${n}` } }));
    }
    before += names.length;
  }
  const outputs = (Array.isArray(request.input) ? request.input : []).flatMap((item) =>
    item.type === "function_call_result" ? [item.output] : [],
  );
  return JSON.stringify(outputs.at(-1));
});

interface Input {
  readonly transport: Transport;
  readonly agent: keyof typeof agents.http;
  readonly run: string;
  readonly stream?: boolean;
}

async function runOf(ctx: Context, { transport, agent, run, stream }: Input): Promise<string> {
  const runner = new DurableRunner(ctx, { modelProvider: models });
  if (!stream) return String((await runner.run(agents[transport][agent], run)).finalOutput);
  const result = await runner.run(agents[transport][agent], run, { stream });
  await result.completed;
  return String(result.finalOutput);
}

const runs = service({ name: "Runs", handlers: { run: runOf } });
/** A cancellation reaches a step that is running only as long as Restate still talks to the attempt. */
const held = service({ name: "Held", handlers: { run: runOf }, options: { inactivityTimeout: 30_000 } });

beforeAll(() => http.start());
afterAll(async () => {
  for (const server of opened) await server.close();
  await http.stop();
  expect(pids().filter(isAlive)).toEqual([]);
});

/** The outside tells nobody of it: looks until the condition holds. */
async function eventually(condition: () => boolean): Promise<void> {
  for (const deadline = Date.now() + 10_000; !condition(); await setTimeout(5)) {
    if (Date.now() > deadline) throw new Error(`never came true: ${condition}`);
  }
}

describeModes(
  "MCP servers",
  (bed) => {
    const nameOf = (transport: Transport, what: string) => `run-${what}-${transport}-${bed().mode}`;

    /** The answer, and how often the server was asked for its tools and the model was called. */
    async function run(transport: Transport, agent: Input["agent"], more: { stream?: boolean } = {}) {
      const name = nameOf(transport, more.stream ? `${agent}-stream` : agent);
      const [lists, calls] = [effects.count("list"), models.calls()];
      const outcome = await bed()
        .call<string>("Runs", "run", { transport, agent, run: name, ...more })
        .catch((error: unknown) => String(error));
      return { name, outcome, lists: effects.count("list") - lists, calls: models.calls() - calls };
    }

    describe.each(transports)("over %s", (transport) => {
      it("lists once, and calls each tool once", async () => {
        const { name, outcome, lists, calls } = await run(transport, "looking");
        expect(outcome).toContain(`found ${name} 1 0`);
        expect({ lists, calls }).toEqual({ lists: 1, calls: 3 });
        for (const what of ["0 0", "0 1", "0 2", "1 0"]) {
          expect(effects.count(`look_up ${name} ${what}`), what).toBe(1);
        }
      });

      it("serves agents side by side, which share the list", async () => {
        const { name, lists, calls } = await run(transport, "parent");
        expect({ lists, calls }).toEqual({ lists: 1, calls: 8 });
        for (const what of ["0 0", "0 1", "1 0"]) {
          for (const n of [0, 1]) expect(effects.count(`look_up ${name}-${n} ${what}`), what).toBe(1);
        }
      });

      it("goes on after the server was restarted between two calls", async () => {
        const { name, outcome, lists } = await run(transport, "restarting");
        expect(outcome).toContain(`found ${name} 2 0`);
        expect(lists).toBe(1);
        expect(effects.count(`look_up ${name} 0 0`)).toBe(1);
        expect(effects.count(`look_up ${name} 2 0`)).toBe(1);
      });

      it("calls again when the server dies in the middle of a call", async () => {
        const { name, outcome, calls } = await run(transport, "fragile");
        expect(outcome).toContain(`survived ${name}`);
        expect(effects.count(`fragile ${name} 0 0`)).toBe(2);
        expect(calls).toBe(2);
      });

      it("ends when the server does not answer", async () => {
        const { name, outcome, calls } = await run(transport, "hanging");
        expect(outcome).toMatch(/answered 500.*MCP server \\?"plans\\?": REQUEST_TIMEOUT/);
        await eventually(() => effects.count(`hang ${name} 0 0`) === 3);
        expect(calls).toBe(1);
      });

      it.each([
        ["refused", "the plan is closed", "refuse"],
        ["invalid", "An error occurred while running the tool", "invalid"],
      ] as const)(
        "lets the model go on with what the server says, once: %s",
        async (agent, message, tool) => {
          const { name, outcome, calls } = await run(transport, agent);
          expect(outcome).toContain(message);
          expect(effects.count(`${tool} ${name} 0 0`)).toBe(1);
          expect(calls).toBe(2);
        },
      );

      it("aborts the call when the run is cancelled", async () => {
        const name = nameOf(transport, "cancelled");
        const id = await bed().send("Held", "run", { transport, agent: "waiting", run: name });
        await eventually(() => effects.count(`hang ${name} 0 0`) === 1);
        await bed().cancel(id);
        await expect(bed().attach(id)).rejects.toThrow(/cancelled/i);
        await eventually(() => effects.count(`gave up ${name} 0 0`) === 1);
        expect(effects.count(`hang ${name} 0 0`)).toBe(1);
      });
    });

    it("lists once, and calls each tool once, in a streaming run", async () => {
      const { name, outcome, lists } = await run("http", "looking", { stream: true });
      expect(outcome).toContain(`found ${name} 1 0`);
      expect(lists).toBe(1);
      expect(effects.count(`look_up ${name} 0 0`)).toBe(1);
    });

    it("names each request after the server and the tool, and journals each list once", async () => {
      const run = nameOf("http", "journal");
      const id = await bed().send("Runs", "run", { transport: "http", agent: "looking", run });
      await bed().attach(id);
      await waitForStatus(bed().server, id, ({ status }) => status === "completed");
      const rows = await bed().server.query(
        `SELECT name FROM sys_journal WHERE id = '${id}' AND entry_type = 'Command: Run' ORDER BY index`,
        z.object({ name: z.string() }),
      );
      const names = rows.map((row) => row.name).filter((step) => step.startsWith("mcp"));
      expect(names).toEqual(["mcp plans: list tools", ...Array(4).fill("mcp plans: look_up")]);
    });

    it("lists before each turn when told to", async () => {
      const { lists, calls } = await run("http", "perTurn");
      expect({ lists, calls }).toEqual({ lists: 3, calls: 3 });
    });

    it("sends the same key when it calls again", async () => {
      const { name } = await run("http", "keyed");
      const keys = effects.lines().filter((line) => line.startsWith(`key ${name} `));
      expect(keys).toHaveLength(2);
      expect(new Set(keys).size).toBe(1);
    });

    it("gives the server's error to the agent's error function", async () => {
      expect((await run("http", "told")).outcome).toContain(
        "all is well: MCP error -32602: what is not a plan",
      );
    });

    it("ends when the server does not answer, whatever the error function says", async () => {
      const { name, outcome, calls } = await run("http", "hangingTold");
      expect(outcome).toContain("REQUEST_TIMEOUT");
      await eventually(() => effects.count(`hang ${name} 0 0`) === 2);
      expect(calls).toBe(1);
    });

    it.each(["gone", "unlisted", "filtered"] as const)(
      "goes on after a call of a tool there is none of: %s",
      async (agent) => {
        const { name, outcome, calls } = await run("http", agent);
        expect(outcome).toContain(`found ${name} 1 0`);
        expect(effects.count(`refuse ${name} 0 0`)).toBe(0);
        expect(calls).toBe(3);
      },
    );

    it("gives the model the structured content, or the text", async () => {
      expect((await run("http", "structured")).outcome).toContain("usd");
      const { outcome } = await run("http", "unstructured");
      expect(outcome).toContain("the price of");
      expect(outcome).not.toContain("usd");
    });

    it("ends when the server is gone", async () => {
      const name = `run-stopping-${bed().mode}`;
      const before = models.calls();
      const input: Input = { transport: "http", agent: "stopping", run: name };
      try {
        await expect(bed().call("Runs", "run", input)).rejects.toThrow(
          /MCP server \\?"plans\\?": ECONNREFUSED/,
        );
        expect(models.calls() - before).toBe(2);
        await expect(bed().call("Runs", "run", { ...input, agent: "looking" })).rejects.toThrow(
          /ECONNREFUSED/,
        );
        expect(models.calls() - before).toBe(2);
      } finally {
        await http.restart();
      }
    });
  },
  { services: () => [runs, held] },
);
