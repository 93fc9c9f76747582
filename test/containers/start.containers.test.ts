// `npm start -- --telemetry`, with a collector and Jaeger in Docker.

import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { describe, expect, it, onTestFinished } from "vitest";
import { choosePorts, listPorts, portsInUse } from "../../scripts/start/ports.ts";
import { CALLS_OF_A_CLAIM } from "../support/assessors.ts";
import { traceSpans } from "../support/jaeger.ts";
import { named, unattached } from "../support/one-trace.ts";
import { whySkipped } from "./support/docker.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));

async function freeOffset(): Promise<number> {
  for (;;) {
    const candidate = 12_000 + Math.floor(Math.random() * 3_000);
    if ((await portsInUse(listPorts(choosePorts(candidate, true, true)))).length === 0) return candidate;
  }
}

/** Of the start with this offset. */
function containersAt(offset: number): string[] {
  const { telemetry } = choosePorts(offset, true, true);
  const own = [`holdfast-jaeger-${telemetry?.jaegerUi}`, `holdfast-collector-${telemetry?.otlp}`];
  const names = execFileSync("docker", ["ps", "--all", "--format", "{{.Names}}"], { encoding: "utf8" });
  return names.split("\n").filter((name) => own.includes(name));
}

async function start() {
  const stateDir = mkdtempSync(join(tmpdir(), "holdfast-start-"));
  const { PATH = "", HOME = "" } = process.env;
  const offset = await freeOffset();
  const child = spawn(process.execPath, ["scripts/start.ts", "--telemetry"], {
    cwd: root,
    env: { PATH, HOME, HOLDFAST_PORT_OFFSET: String(offset), HOLDFAST_DIR: stateDir },
    stdio: ["ignore", "pipe", "inherit"],
  });
  const exit = once(child, "exit");
  const stop = () => {
    child.kill("SIGINT");
    return exit;
  };
  onTestFinished(async () => {
    await stop();
    rmSync(stateDir, { recursive: true, force: true });
  });
  return {
    stop,
    containers: () => containersAt(offset),
    /** All that it prints up to a line that begins so. */
    async outputTo(beginning: string): Promise<string> {
      const lines: string[] = [];
      for await (const line of createInterface(child.stdout)) {
        lines.push(line);
        if (line.startsWith(beginning)) break;
      }
      return lines.join("\n");
    },
  };
}

describe.skipIf(whySkipped())("npm start -- --telemetry", () => {
  it("shows where the sample claim's trace is, and leaves no container behind", async () => {
    const { outputTo, stop, containers } = await start();
    const output = await outputTo("Ctrl-C stops everything");
    const [, jaegerUrl = "", traceId = ""] =
      output.match(/the trace +(http:\S+)\/trace\/([0-9a-f]{32})/) ?? [];
    expect(traceId, output).not.toBe("");
    const trace = async () => {
      const spans = await traceSpans(jaegerUrl, traceId);
      return { calls: named(spans, "chat").length, roots: unattached(spans).map(({ name }) => name) };
    };
    await expect
      .poll(trace, { timeout: 15_000 })
      .toEqual({ calls: CALLS_OF_A_CLAIM, roots: ["POST /api/claims"] });
    const [, metricsUrl = ""] = output.match(/metrics +(http:\S+)/) ?? [];
    const metrics = async () => (await fetch(metricsUrl)).text();
    await expect.poll(metrics, { timeout: 30_000 }).toContain("holdfast_claims_decided_total");

    expect(await stop()).toEqual([0, null]);
    expect(containers()).toEqual([]);
  });

  it("leaves none behind when it is stopped while it starts", async () => {
    const { outputTo, stop, containers } = await start();
    await outputTo("  ✔ jaeger");
    expect(containers()).not.toEqual([]);
    expect(await stop()).toEqual([130, null]);
    expect(containers()).toEqual([]);
  });
});
