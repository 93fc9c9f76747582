// A release and the ways into it: the public door, and those that port-forward opens to its operator alone.

import { createIngress, type Ingress } from "@holdfast/testing";
import { afterAll, beforeAll, beforeEach, onTestFailed } from "vitest";
import { z } from "zod";
import { RemoteSimulator } from "../../support/remote-simulator.ts";
import { namespaceOf } from "./namespaces.ts";
import { PortForward } from "./port-forward.ts";
import { Release } from "./release.ts";

export interface ClusterSystem {
  readonly release: Release;
  readonly gatewayUrl: string;
  readonly ingress: Ingress;
  readonly simulator: RemoteSimulator;
  /** Reads Restate's tables. */
  query<T>(sql: string, rowSchema: z.ZodType<T>): Promise<T[]>;
  /** Leads to Restate again after its pod has ended. */
  reconnectRestate(): Promise<void>;
  disconnect(): Promise<void>;
}

/** The release that tests share which leave it as they found it; call it in a `describe`. */
export function useSharedRelease(): () => ClusterSystem {
  return useSystem(async () => {
    const namespace = await namespaceOf("shared");
    const release = new Release(namespace);
    const installed = await release.kubectl("get", "secrets", "--selector=owner=helm", "--output=name");
    return installed ? release : Release.install({ namespace });
  });
}

/** Connects to a release for the tests of a `describe`. */
export function useSystem(prepare: () => Promise<Release>): () => ClusterSystem {
  let system: ClusterSystem | undefined;
  beforeAll(async () => {
    system = await connect(await prepare());
  });
  beforeEach(async () => {
    await system?.simulator.reset();
    onTestFailed(async () => {
      console.error(await system?.release.kubectl("get", "pods", "--output=wide"));
      console.error(await system?.release.kubectl("get", "events", "--sort-by=.lastTimestamp"));
    });
  });
  afterAll(() => system?.disconnect());
  return () => {
    if (system === undefined) throw new Error("The release exists in tests and hooks only.");
    return system;
  };
}

const rowsSchema = z.object({ rows: z.array(z.unknown()) });

async function connect(release: Release): Promise<ClusterSystem> {
  const open = (part: string, port: number) =>
    PortForward.open(release.namespace, `${release.name}-${part}`, port);
  const [gateway, restate, admin, simulator] = await Promise.all([
    open("gateway", 3000),
    open("restate", 8080),
    open("restate", 9070),
    open("model-simulator", 8090),
  ]);
  return {
    release,
    gatewayUrl: gateway.url,
    ingress: createIngress(restate.url),
    simulator: new RemoteSimulator(simulator.url),
    async query(sql, rowSchema) {
      const response = await fetch(`${admin.url}/query`, {
        method: "POST",
        headers: { "content-type": "application/json", accept: "application/json" },
        body: JSON.stringify({ query: sql }),
      });
      if (!response.ok) throw new Error(`Restate refused the query ${sql}: ${await response.text()}`);
      return z.array(rowSchema).parse(rowsSchema.parse(await response.json()).rows);
    },
    async reconnectRestate() {
      await Promise.all([restate.reopen(), admin.reopen()]);
    },
    async disconnect() {
      await Promise.all([gateway, restate, admin, simulator].map((forward) => forward.close()));
    },
  };
}
