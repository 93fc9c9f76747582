// Two agents that do the same: one emits no telemetry, the other all of it, as does its Restate server. Both are
// bundled, as in their images.

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { freePort, startServiceProcess } from "@holdfast/testing";
import { z } from "zod";
import { bundleEntry } from "../../../scripts/bundle.ts";
import { bundledAgent } from "../bundled-agent.ts";
import { type ProcessBed, startProcessBed } from "../process-bed.ts";

/** How many spans came since the last time that it was asked. */
const spanCounts = z.object({ ofAgent: z.number(), ofRestate: z.number() });
export type SpanCounts = z.output<typeof spanCounts>;

export interface TelemetryBeds {
  readonly off: ProcessBed;
  readonly on: ProcessBed;
  spans(): Promise<SpanCounts>;
  stop(): Promise<void>;
}

/** @param simulatorUrl the model of `overHttp` */
export async function startTelemetryBeds(simulatorUrl: string): Promise<TelemetryBeds> {
  const started: (() => Promise<unknown>)[] = [];
  const stop = async () => {
    for (const end of started.splice(0).reverse()) await end();
  };
  try {
    const dir = await mkdtemp(join(tmpdir(), "holdfast-bench-"));
    started.push(() => rm(dir, { recursive: true, force: true }));
    const entry = await bundleEntry(fileURLToPath(new URL("agent.ts", import.meta.url)), dir);
    const receiver = await startServiceProcess({
      name: "the receiver",
      entry: new URL("receiver.ts", import.meta.url),
      ready: /^listening url=(?<url>\S+)$/,
    });
    started.push(() => receiver.stop());
    const url = receiver.url ?? "";
    const bed = async (env: Record<string, string>, serverEnv: Record<string, string>) => {
      const healthPort = await freePort();
      const made = await startProcessBed(
        (port) =>
          bundledAgent({
            ...{ name: "the bench agent", entry, port, healthPort },
            env: { SIMULATOR_URL: simulatorUrl, ...env },
          }),
        serverEnv,
      );
      started.push(() => made.stop());
      return made;
    };
    return {
      off: await bed({}, {}),
      on: await bed(
        { OTEL_EXPORTER_OTLP_ENDPOINT: url },
        // As soon as the agent, so that a round's spans are sent before the next one.
        { RESTATE_TRACING_ENDPOINT: `otlp+${url}/v1/traces`, OTEL_BSP_SCHEDULE_DELAY: "200" },
      ),
      spans: async () => spanCounts.parse(await (await fetch(url)).json()),
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}
