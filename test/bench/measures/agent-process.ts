// Measures one agent as a process, bundled as in its image, with telemetry off: its memory when nothing happens, and the
// time from its start until Restate sends it work.

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort, type RestateServer, startServiceProcess } from "@holdfast/testing";
import { bundleService } from "../../../scripts/bundle.ts";
import { bundledAgent } from "../bundled-agent.ts";
import { settledMemory } from "../process-usage.ts";
import { median, rounded } from "../stats.ts";

const SERVICE = "eligibility";

export interface AgentProcess {
  /** From the process's start until its readiness probe answers and Restate has registered its deployment. */
  readonly readyMs: number;
  /** Resident memory, in MiB, once it has settled after that. */
  readonly idleMiB: number;
  readonly starts: readonly { readonly readyMs: number; readonly idleMiB: number }[];
}

/** @param starts how often; the results are the medians */
export async function agentProcess(server: RestateServer, starts: number): Promise<AgentProcess> {
  const dir = await mkdtemp(join(tmpdir(), "holdfast-bench-"));
  try {
    const entry = await bundleService(SERVICE, dir);
    const results: { readyMs: number; idleMiB: number }[] = [];
    for (let i = 0; i < starts; i++) results.push(await oneStart(server, entry));
    return {
      readyMs: rounded(median(results.map(({ readyMs }) => readyMs)), 0),
      idleMiB: rounded(median(results.map(({ idleMiB }) => idleMiB)), 1),
      starts: results.map(({ readyMs, idleMiB }) => ({
        readyMs: rounded(readyMs, 0),
        idleMiB: rounded(idleMiB, 1),
      })),
    };
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}

async function oneStart(server: RestateServer, entry: string): Promise<{ readyMs: number; idleMiB: number }> {
  const [port, healthPort] = [await freePort(), await freePort()];
  const start = performance.now();
  const agent = await startServiceProcess(
    bundledAgent({ name: SERVICE, entry, port, healthPort, env: { OPENAI_API_KEY: "none" } }),
  );
  try {
    await server.register(`http://127.0.0.1:${port}`);
    const readyMs = performance.now() - start;
    return { readyMs, idleMiB: await settledMemory(agent.pid) };
  } finally {
    await agent.stop();
  }
}
