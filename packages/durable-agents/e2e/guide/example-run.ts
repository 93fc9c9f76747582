// An example's process on a real Restate and the simulated model, and the reader who follows its page.

import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import type { Simulator } from "@holdfast/simulator";
import {
  freePort,
  type RestateServer,
  type ServiceProcess,
  startServiceProcess,
  waitForStatus,
} from "@holdfast/testing";
import { expect } from "vitest";
import { z } from "zod";
import { EXAMPLES, type Exchange, GuidePage, isAsShown } from "./guide-page.ts";

const bash = promisify(execFile);

const accepted = z.object({ invocationId: z.string() });
const commandRow = z.object({
  entry_type: z.string(),
  name: z.string(),
  entry_lite_json: z.string().nullish(),
});
const CALLED = /"name":"(?<service>\w+)"(?:,"key":"[^"]*")?,"handler":"(?<handler>\w+)"/;

export class ExampleRun {
  readonly page: GuidePage;
  readonly server: RestateServer;
  readonly simulator: Simulator;
  readonly service: ServiceProcess;
  readonly #lines: string[];
  readonly #ports: Readonly<Record<string, string>>;
  readonly #left: Exchange[];
  /** Shell variables of the page's commands. */
  readonly variables: Record<string, string> = {};

  /** Starts the example and registers it as the guide's index says. */
  static async start(name: string, server: RestateServer, simulator: Simulator): Promise<ExampleRun> {
    const lines: string[] = [];
    const [port, gateway] = [await freePort(), await freePort()];
    const service = await startServiceProcess({
      entry: join(EXAMPLES, `${name}.ts`),
      ready: /listening on/,
      env: {
        PORT: String(port),
        GATEWAY_PORT: String(gateway),
        INGRESS_URL: server.ingressUrl,
        OPENAI_API_KEY: "none",
        OPENAI_BASE_URL: `${simulator.url}/v1`,
      },
      onLine: (line) => lines.push(line),
    });
    const ports = {
      "localhost:8080": new URL(server.ingressUrl).host,
      "localhost:9070": new URL(server.adminUrl).host,
      "localhost:9080": `localhost:${port}`,
      "localhost:3000": `localhost:${gateway}`,
    };
    const run = new ExampleRun(new GuidePage(`${name}.md`), server, simulator, service, lines, ports);
    const register = new GuidePage("README.md").exchanges.find(({ commands }) =>
      commands.includes("/deployments"),
    );
    await run.#type(register?.commands ?? "exit 1");
    return run;
  }

  private constructor(
    page: GuidePage,
    server: RestateServer,
    simulator: Simulator,
    service: ServiceProcess,
    lines: string[],
    ports: Readonly<Record<string, string>>,
  ) {
    this.page = page;
    this.server = server;
    this.simulator = simulator;
    this.service = service;
    this.#lines = lines;
    this.#ports = ports;
    this.#left = page.exchanges;
  }

  /** Types the page's next commands and checks the answer that the page shows. */
  async next(): Promise<string> {
    const exchange = this.#left.shift();
    if (!exchange) throw new Error(`${this.page.file} has no further commands`);
    const answer = await this.#type(exchange.commands);
    if (exchange.answer && !isAsShown(answer, exchange.answer)) {
      expect(answer, exchange.commands).toBe(exchange.answer.text);
    }
    const { data } = accepted.safeParse(jsonOf(answer));
    if (data) this.variables.ID = data.invocationId;
    return answer;
  }

  /** Types all commands of the page that are left. */
  async follow(): Promise<void> {
    while (this.#left.length > 0) await this.next();
  }

  /** How often the example has printed this line. */
  times(line: string): number {
    return this.#lines.filter((one) => one === line).length;
  }

  /** The last word of the nth line that begins like this, as soon as the example has printed it. */
  async lastWord(start: string, nth: number): Promise<string> {
    const found = () => this.#lines.filter((line) => line.startsWith(start))[nth - 1];
    await expect.poll(found, { timeout: 20_000 }).toBeDefined();
    return found()?.split(" ").at(-1) ?? "";
  }

  /** Waits until the invocation that was sent has stored this many entries. */
  async stored(entries: number): Promise<void> {
    await waitForStatus(
      this.server,
      this.variables.ID ?? "",
      ({ journal_size = 0 }) => journal_size >= entries,
    );
  }

  /** What the last invocation of a service has failed with, as soon as it has ended. */
  async failureOf(service: string): Promise<string | undefined> {
    const sql = `SELECT id FROM sys_invocation WHERE target_service_name = '${service}' ORDER BY created_at DESC LIMIT 1`;
    const [row] = await this.server.query(sql, z.object({ id: z.string() }));
    const ended = await waitForStatus(this.server, row?.id ?? "", ({ status }) => status === "completed");
    return ended.completion_failure;
  }

  /** The steps, waits and calls in the journal of an invocation of a service: their kinds and names. */
  async journal(service: string, which: "first" | "last" = "first"): Promise<string[]> {
    const order = which === "first" ? "ASC" : "DESC";
    const rows = await this.server.query(
      `SELECT j.entry_type, j.name, j.entry_lite_json FROM sys_journal j JOIN (
         SELECT id FROM sys_invocation WHERE target_service_name = '${service}' ORDER BY created_at ${order} LIMIT 1
       ) i ON i.id = j.id WHERE j.entry_type LIKE 'Command: %' ORDER BY j.index`,
      commandRow,
    );
    return rows.flatMap(({ entry_type, name, entry_lite_json }) => {
      const kind = entry_type.slice("Command: ".length);
      if (!["Run", "Sleep", "Call"].includes(kind)) return [];
      const called = entry_lite_json?.match(CALLED)?.groups;
      return [`${kind} ${kind === "Call" && called ? `${called.service}/${called.handler}` : name}`.trim()];
    });
  }

  async #type(commands: string): Promise<string> {
    const there = Object.entries(this.#ports).reduce(
      (text, [here, at]) => text.replaceAll(here, at),
      commands,
    );
    const script = `set -e\ncurl() { command curl --silent --show-error --max-time 60 "$@"; }\n${there}`;
    const { stdout } = await bash("bash", ["-c", script], { env: { ...process.env, ...this.variables } });
    return stdout;
  }
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
