// `npm start` as people run it, with its processes, on ports and in a folder of the test's own.

import { execFileSync, spawn } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { sampleClaim } from "@holdfast/contracts";
import { afterAll, expect, it, onTestFinished } from "vitest";
import { listPorts, type NamedPort, portsInUse } from "../../scripts/start/ports.ts";
import { freeOffset } from "../support/free-offset.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const stateDir = mkdtempSync(join(tmpdir(), "holdfast-start-"));
const { offset, ...ports } = await freeOffset();
const gateway = `http://127.0.0.1:${ports.gateway}`;

afterAll(() => rmSync(stateDir, { recursive: true, force: true }));

function run(script: "start.ts" | "reset.ts", ...args: string[]) {
  const { PATH = "", HOME = "" } = process.env;
  const child = spawn(process.execPath, [`scripts/${script}`, ...args], {
    cwd: root,
    env: {
      PATH,
      HOME,
      HOLDFAST_PORT_OFFSET: String(offset),
      HOLDFAST_DIR: stateDir,
      SIMULATOR_LATENCY_MS: "20",
    },
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (text: string) => {
      output += text;
    });
  }
  const exit = new Promise<number | null>((resolve) => child.once("close", (code) => resolve(code)));
  onTestFinished(() => {
    child.kill("SIGKILL");
  });
  return {
    child,
    exit,
    output: () => output,
    /** Waits until the output has what is looked for. */
    async shows(pattern: RegExp): Promise<RegExpMatchArray> {
      for (const deadline = Date.now() + 45_000; Date.now() < deadline; await delay(25)) {
        const found = output.match(pattern);
        if (found) return found;
        if (child.exitCode !== null) break;
      }
      throw new Error(`npm start did not show ${pattern}, but:\n${output}`);
    },
  };
}

async function listening(): Promise<NamedPort[]> {
  return portsInUse(listPorts(ports));
}

/** The process of a service that `parent` has started. */
function serviceOf(parent: number | undefined, service: string): number {
  const processes = execFileSync("ps", ["-A", "-o", "pid=,ppid=,command="], { encoding: "utf8" });
  for (const line of processes.split("\n")) {
    const [, pid, ppid, command] = line.match(/^\s*(\d+)\s+(\d+)\s+(.*)$/) ?? [];
    if (Number(ppid) === parent && command?.includes(`services/${service}/main.ts`)) return Number(pid);
  }
  throw new Error(`${service} does not run`);
}

async function submitAndFollow(): Promise<string> {
  const submitted = await fetch(`${gateway}/api/claims`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(sampleClaim),
  });
  const { claimId } = (await submitted.json()) as { claimId: string };
  // The stream ends with the decision.
  return (await fetch(`${gateway}/api/claims/${claimId}/events`)).text();
}

let claimId = "";

it("refuses a port in use, by one line, and leaves nothing behind", async () => {
  const occupant = createServer();
  await new Promise<void>((resolve) => occupant.listen(ports.gateway, "127.0.0.1", resolve));
  onTestFinished(() => {
    occupant.close();
  });
  const start = run("start.ts", "--once");
  expect(await start.exit).toBe(1);
  expect(start.output()).toMatch(new RegExp(`^✖ Port ${ports.gateway} \\(gateway\\) is in use: .*\n$`));
  expect((await listening()).map(({ role }) => role)).toEqual(["gateway"]);
  expect(existsSync(join(stateDir, "pid"))).toBe(false);
});

it("--once shows the sample claim to its decision, exits 0 and stops all it started", async () => {
  const start = run("start.ts", "--once");
  expect(await start.exit, start.output()).toBe(0);
  const output = start.output();
  expect(output).toContain("a simulator answers in its place");
  for (const name of ["restate-server", "coordinator", "chat", "gateway"])
    expect(output).toContain(`✔ ${name}`);
  expect(output).toMatch(/\+\d\.\d\ds {2}eligibility +eligible: yes, covered \$3,000\n/);
  expect(output).toMatch(/✔ approved: \$3,000 {2}by the model, within its authority of \$5,000\n/);
  expect(output, "no colours or cursor movements outside a terminal").not.toContain("\u001b");
  expect(await listening()).toEqual([]);
  claimId = output.match(/clm_\w+/)?.[0] ?? "";
});

it("keeps state, restarts an agent that is killed, and leaves nothing behind when it is killed itself", async () => {
  const start = run("start.ts");
  await start.shows(/Ctrl-C stops everything/);
  expect(start.output()).toContain(`http://localhost:${ports.restate.admin}`);
  const earlier = await fetch(`${gateway}/api/claims/${claimId}`);
  expect(await earlier.json()).toMatchObject({ claimId, status: "approved" });

  const second = run("start.ts");
  const reset = run("reset.ts");
  expect(await second.exit).toBe(1);
  expect(second.output()).toMatch(/^✖ npm start already runs here \(process \d+\): .*\n$/);
  expect(await reset.exit).toBe(1);
  expect(reset.output()).toMatch(/^✖ npm start still runs \(process \d+\): .*\n$/);

  process.kill(serviceOf(start.child.pid, "fraud"), "SIGKILL");
  await start.shows(/fraud was ended by SIGKILL; starting it again/);
  // At once: Restate waits with the call until the agent is back.
  expect(await submitAndFollow()).toContain('"status":"approved"');
  await start.shows(/fraud is back after/);

  start.child.kill("SIGKILL");
  await start.exit;
  await expect.poll(listening, { timeout: 5_000 }).toEqual([]);
});

it("stops what it has begun to start on Ctrl-C", async () => {
  const start = run("start.ts");
  await start.shows(/✔ restate-server/);
  start.child.kill("SIGINT");
  expect(await start.exit).toBe(130);
  expect(await listening()).toEqual([]);
});

it("reset drops the state", async () => {
  const reset = run("reset.ts");
  expect(await reset.exit).toBe(0);
  expect(reset.output()).toContain("Removed ");
  expect(existsSync(stateDir)).toBe(false);
});
