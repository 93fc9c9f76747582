// The process of an agent dies between its calls of MCP tools, and in the middle of one.

import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import {
  createIngress,
  freePort,
  type RestateMode,
  type RestateServer,
  type ServiceProcess,
  startRestateServer,
  startServiceProcess,
} from "@holdfast/testing";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { HttpMcpServer } from "./http-mcp-server.ts";
import { EffectFile } from "./mcp-tools.ts";

const effects = new EffectFile(join(mkdtempSync(join(tmpdir(), "mcp-")), "effects"));
const http = new HttpMcpServer(effects);

const TRANSPORTS = ["http", "stdio"];

/** The outside tells nobody of it: looks until the condition holds. */
async function eventually(condition: () => boolean): Promise<void> {
  for (const deadline = Date.now() + 60_000; !condition(); await setTimeout(5)) {
    if (Date.now() > deadline) throw new Error(`never came true: ${condition}`);
  }
}

function alive(): string[] {
  const pids = effects.lines().filter((line) => line.startsWith("pid "));
  return pids.filter((line) => {
    try {
      return process.kill(Number(line.slice(4)), 0);
    } catch {
      return false;
    }
  });
}

describe.each<RestateMode>(["default", "always-replay"])(
  "MCP servers of a process that dies [%s]",
  (mode) => {
    let server: RestateServer;
    let agent: ServiceProcess;
    beforeAll(async () => {
      await http.start();
      server = await startRestateServer({ mode });
      agent = await startServiceProcess({
        entry: new URL("./fixtures/mcp-agent-service.ts", import.meta.url),
        ready: /listening url=(?<url>\S+)/,
        env: { PORT: String(await freePort()), MCP_URL: http.url, EFFECTS: effects.path },
      });
      await server.register(agent.url ?? "");
    });
    afterAll(async () => {
      await agent?.stop();
      await server?.stop();
      await http.stop();
    });

    it("goes on, lists once, and repeats only the call under way", { timeout: 120_000 }, async () => {
      const ingress = createIngress(server.ingressUrl);
      const lists = effects.count("list");
      const nameOf = (transport: string) => `run-${transport}-${mode}`;
      const send = (transport: string) => ingress.send("Runs", "run", { transport, run: nameOf(transport) });
      const ids = await Promise.all(TRANSPORTS.map(send));
      const tellsOf = (transport: string) => new RegExp(`^${nameOf(transport)} waits for (\\S+)`);
      const lines = await Promise.all(TRANSPORTS.map((transport) => agent.waitForLine(tellsOf(transport))));
      await agent.kill9();
      // The servers that it started end with it.
      await eventually(() => alive().length === 0);
      for (const line of lines) await ingress.resolveAwakeable(line.split(" ").at(-1) ?? "", "woken");
      await agent.restart();
      const hung = (transport: string) => effects.count(`hang ${nameOf(transport)} 3 once`);
      await eventually(() => TRANSPORTS.every((transport) => hung(transport) === 1));
      await agent.kill9();
      await agent.restart();

      for (const id of ids) expect(await ingress.attach(id)).toBe("done");
      expect(effects.count("list") - lists).toBe(TRANSPORTS.length);
      for (const transport of TRANSPORTS) {
        expect(effects.count(`look_up ${nameOf(transport)} 0 once`)).toBe(1);
        expect(effects.count(`look_up ${nameOf(transport)} 2 once`)).toBe(1);
        expect(hung(transport)).toBe(2);
      }
    });

    it("lets the process end on SIGTERM", async () => {
      expect(await agent.stop()).toBe(0);
      await eventually(() => alive().length === 0);
    });
  },
);
