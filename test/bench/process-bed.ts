// One durable variant in a process of its own, on a Restate server of its own: where processor and memory are measured,
// and where the process is killed.

import { setTimeout } from "node:timers/promises";
import {
  createIngress,
  freePort,
  type Ingress,
  type RestateServer,
  type ServiceProcess,
  type ServiceProcessOptions,
  startRestateServer,
  startServiceProcess,
} from "@holdfast/testing";
import { z } from "zod";
import { DURABLE, type DurableName } from "./variants/durable.ts";

/** Its service is `Runs`: `run` on the task's model in the process, `overHttp` on the simulator's. */
export interface ProcessBed extends Ingress {
  readonly server: RestateServer;
  readonly agent: ServiceProcess;
  stop(): Promise<void>;
}

const DEADLINE_MS = 120_000;
const QUOTED_LINES = 10;

const openInvocation = z.object({
  id: z.string(),
  status: z.string(),
  last_failure: z.string().optional(),
});

export type ProcessBeds = Readonly<Record<DurableName, ProcessBed>>;

/** @param simulatorUrl the model of `overHttp` */
export async function startProcessBeds(simulatorUrl: string): Promise<ProcessBeds> {
  const starts = await Promise.allSettled(
    DURABLE.map((variant) => startProcessBed(variantProcess(variant, simulatorUrl))),
  );
  const started = starts.filter((start) => start.status === "fulfilled").map(({ value }) => value);
  const failure = starts.find((start) => start.status === "rejected");
  if (failure) {
    await Promise.all(started.map((bed) => bed.stop()));
    throw failure.reason;
  }
  return Object.fromEntries(DURABLE.map((variant, i) => [variant, started[i]])) as ProcessBeds;
}

/**
 * Waits for work on a bed, which Restate would retry for ever if the variant's process were gone or failed.
 *
 * @throws Error after two minutes, with what is not done and why
 */
export async function untilDone<T>(bed: ProcessBed, work: Promise<T>): Promise<T> {
  const over = new AbortController();
  const deadline = setTimeout(DEADLINE_MS, undefined, { signal: over.signal }).then(async () => {
    const open = await bed.server.query(
      "SELECT id, status, last_failure FROM sys_invocation WHERE status != 'completed' LIMIT 3",
      openInvocation,
    );
    const lines = [...open.map((row) => JSON.stringify(row)), ...bed.agent.output().slice(-QUOTED_LINES)];
    throw new Error([`${bed.agent.name} did not finish its runs:`, ...lines].join("\n  "));
  });
  try {
    return await Promise.race([work, deadline]);
  } finally {
    over.abort();
    deadline.catch(() => {});
  }
}

/** @param serverEnv settings of its Restate server */
export async function startProcessBed(
  processAt: (port: number) => ServiceProcessOptions,
  serverEnv: Readonly<Record<string, string>> = {},
): Promise<ProcessBed> {
  const server = await startRestateServer({ fsync: true, env: serverEnv });
  try {
    const port = await freePort();
    const agent = await startServiceProcess(processAt(port));
    const stop = async () => {
      // The server first: without it nobody retries what the process leaves behind.
      await server.stop();
      await agent.stop();
    };
    try {
      await server.register(`http://127.0.0.1:${port}`);
      return { ...createIngress(server.ingressUrl), server, agent, stop };
    } catch (error) {
      await agent.stop();
      throw error;
    }
  } catch (error) {
    await server.stop();
    throw error;
  }
}

function variantProcess(variant: DurableName, simulatorUrl: string): (port: number) => ServiceProcessOptions {
  return (port) => ({
    name: `the ${variant} process`,
    entry: new URL("variant-process.ts", import.meta.url),
    ready: /^listening url=(?<url>\S+)$/,
    env: {
      NODE_ENV: "production",
      VARIANT: variant,
      PORT: String(port),
      SIMULATOR_URL: simulatorUrl,
    },
  });
}
