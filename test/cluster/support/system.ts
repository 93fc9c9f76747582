// A release and the ways into it: the public door, and those that port-forward opens to its operator alone.

import { RestateAdmin } from "@holdfast/restate-admin";
import { createIngress, type Ingress } from "@holdfast/testing";
import { afterAll, beforeAll, beforeEach, expect, onTestFailed } from "vitest";
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
  /** Which version's Deployment each invocation of a claim began on, by its Restate service. */
  ranOn(claimId: string): Promise<Record<string, string>>;
  /** The versions' Deployments that Restate knows. */
  registered(): Promise<string[]>;
  /** Reads Restate's tables. */
  query<T>(sql: string, rowSchema: z.ZodType<T>): Promise<T[]>;
  /** Leads to the pods that are there now, and waits until the gateway has found Restate. */
  reconnect(): Promise<void>;
  disconnect(): Promise<void>;
}

/** Labels of whoever may read the shared release's metrics. */
export const METRICS_READER = { reads: "metrics" };

/** The release that tests share which leave it as they found it; call it in a `describe`. */
export function useSharedRelease(): () => ClusterSystem {
  return useSystem(async () => {
    const namespace = await namespaceOf("shared");
    const release = new Release(namespace);
    const installed = await release.kubectl("get", "secrets", "--selector=owner=helm", "--output=name");
    if (installed) return release;
    const values = [
      // What an invocation begins and ends on, its pod tells at this level.
      "agent.env.LOG_LEVEL=debug",
      `telemetry.metrics.from[0].podSelector.matchLabels.reads=${METRICS_READER.reads}`,
    ];
    return Release.install({ namespace, values });
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
      console.error(await system?.release.kubectl("get", "events", "--field-selector=type=Warning"));
    });
  });
  afterAll(() => system?.disconnect());
  return () => {
    if (system === undefined) throw new Error("The release exists in tests and hooks only.");
    return system;
  };
}

async function connect(release: Release): Promise<ClusterSystem> {
  const open = (part: string, port: number) =>
    PortForward.open(release.namespace, `${release.name}-${part}`, port);
  const [gateway, restate, admin, simulator] = await Promise.all([
    open("gateway", 3000),
    open("restate", 8080),
    open("restate", 9070),
    open("model-simulator", 8090),
  ]);
  const { url } = admin;
  const query = <T>(sql: string, rowSchema: z.ZodType<T>) => new RestateAdmin(url).query(sql, rowSchema);
  /** Of an URL such as http://holdfast-fraud-0-1-0.namespace:9080/. */
  const deploymentAt = (endpoint: string) => {
    const [host = ""] = new URL(endpoint).hostname.split(".");
    return host.slice(release.name.length + 1);
  };
  return {
    release,
    gatewayUrl: gateway.url,
    ingress: createIngress(restate.url),
    simulator: new RemoteSimulator(simulator.url),
    query,
    async ranOn(claimId) {
      const [claim] = await query(
        `SELECT id FROM sys_invocation WHERE target = 'Claim/${claimId}/submit'`,
        z.object({ id: z.string() }),
      );
      const rows = await query(
        `SELECT target_service_name AS service, endpoint
         FROM sys_invocation JOIN sys_deployment ON pinned_deployment_id = sys_deployment.id
         WHERE sys_invocation.id = '${claim?.id}' OR invoked_by_id = '${claim?.id}'`,
        z.object({ service: z.string(), endpoint: z.string() }),
      );
      return Object.fromEntries(rows.map(({ service, endpoint }) => [service, deploymentAt(endpoint)]));
    },
    async registered() {
      const rows = await query("SELECT endpoint FROM sys_deployment", z.object({ endpoint: z.string() }));
      return rows.map(({ endpoint }) => deploymentAt(endpoint)).sort();
    },
    async reconnect() {
      await Promise.all([gateway, restate, admin, simulator].map((forward) => forward.reopen()));
      const ready = async () => (await fetch(`${gateway.url}/readyz`)).ok;
      await expect.poll(ready, { timeout: 30_000, interval: 250 }).toBe(true);
    },
    async disconnect() {
      await Promise.all([gateway, restate, admin, simulator].map((forward) => forward.close()));
    },
  };
}
