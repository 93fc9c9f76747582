// A release of the chart: installed, changed and looked at as its operator does it.

import { fileURLToPath } from "node:url";
import { expect } from "vitest";
import { z } from "zod";
import { helm, kubectl, list } from "./commands.ts";
import { imageValues } from "./images.ts";

export const chart = fileURLToPath(new URL("../../../helm/holdfast", import.meta.url));

const deploymentSchema = z.object({
  metadata: z.object({ name: z.string() }),
  spec: z.object({ replicas: z.number() }),
});

const podSchema = z.object({
  metadata: z.object({
    name: z.string(),
    uid: z.string(),
    labels: z.record(z.string(), z.string()),
    deletionTimestamp: z.string().optional(),
  }),
  spec: z.object({ containers: z.array(z.object({ name: z.string() })) }),
  status: z.object({
    podIP: z.string().optional(),
    conditions: z
      .array(z.object({ type: z.string(), status: z.string(), lastTransitionTime: z.string() }))
      .default([]),
  }),
});
export type Pod = z.output<typeof podSchema>;

export interface ReleaseOptions {
  readonly namespace: string;
  readonly name?: string;
  /** As `--set` takes them. */
  readonly values?: readonly string[];
  /** A packaged chart; the sources' by default. */
  readonly packaged?: URL;
}

export class Release {
  readonly name: string;
  readonly namespace: string;

  constructor(namespace: string, name = "holdfast") {
    this.name = name;
    this.namespace = namespace;
  }

  /** The install line of the README, in a namespace. @throws CommandFailed with Helm's reason */
  static async install({ namespace, name, values = [], packaged }: ReleaseOptions): Promise<Release> {
    const release = new Release(namespace, name);
    await helm(
      ...["install", release.name, ...release.#chart(packaged), "--wait", "--timeout=5m"],
      ...set(["model.simulator.enabled=true", ...imageValues(), ...values]),
    );
    return release;
  }

  /** Changes values, or adds flags, and leaves all other values as they are. @returns what Helm says */
  async upgrade(...changes: string[]): Promise<string> {
    const flags = changes.filter((change) => change.startsWith("--"));
    return helm(
      ...["upgrade", this.name, ...this.#chart(), "--reset-then-reuse-values", "--wait", "--timeout=5m"],
      ...[...flags, ...set(changes.filter((change) => !flags.includes(change)))],
    );
  }

  /** The number of what is installed now. */
  async revision(): Promise<number> {
    const status = JSON.parse(await helm("status", this.name, this.#in, "--output=json"));
    return z.object({ version: z.number() }).parse(status).version;
  }

  async rollback(revision: number): Promise<void> {
    await helm("rollback", this.name, String(revision), this.#in, "--wait", "--timeout=5m");
  }

  /** @returns what Helm says */
  async uninstall(): Promise<string> {
    return helm("uninstall", this.name, this.#in, "--wait", "--timeout=3m");
  }

  async test(): Promise<string> {
    return helm("test", this.name, this.#in, "--logs", "--timeout=3m");
  }

  /** How many pods each Deployment is to have, by its name without the release's. */
  async replicas(): Promise<Record<string, number>> {
    const deployments = await list(deploymentSchema, "deployments", this.#in, this.#mine());
    return Object.fromEntries(
      deployments.map(({ metadata, spec }) => [metadata.name.slice(this.name.length + 1), spec.replicas]),
    );
  }

  /** The pods of a part that are not about to end; of all parts without a name, but for the jobs'. */
  async pods(part?: string): Promise<Pod[]> {
    const pods = await list(podSchema, "pods", this.#in, this.#mine(part));
    return pods
      .filter(({ metadata }) => metadata.deletionTimestamp === undefined)
      .filter(({ metadata }) => metadata.labels["app.kubernetes.io/name"] !== "release-jobs");
  }

  /** How many invocations a pod has completed, as its log tells at the level debug. */
  async completedBy(pod: Pod): Promise<number> {
    const log = await this.kubectl("logs", pod.metadata.name);
    return log.split("Invocation completed successfully").length - 1;
  }

  /** Takes a part's pods away as a node that dies would. @returns what waits for those that come instead of them */
  async kill(part: string): Promise<() => Promise<void>> {
    const killed = await this.pods(part);
    const names = killed.map(({ metadata }) => metadata.name);
    await this.kubectl("delete", "pod", ...names, "--force", "--grace-period=0");
    const gone = new Set(killed.map(({ metadata }) => metadata.uid));
    return async () => {
      const back = async () =>
        (await this.pods(part)).filter((pod) => !gone.has(pod.metadata.uid) && isReady(pod)).length;
      await expect.poll(back, { timeout: 60_000, interval: 250 }).toBe(killed.length);
    };
  }

  /** kubectl in the release's namespace. */
  kubectl(...args: string[]): Promise<string> {
    return kubectl(this.#in, ...args);
  }

  get #in(): string {
    return `--namespace=${this.namespace}`;
  }

  #chart(packaged?: URL): string[] {
    const source = packaged ? [fileURLToPath(packaged)] : [chart, "--dependency-update"];
    return [...source, this.#in];
  }

  #mine(part?: string): string {
    const named = part === undefined ? "" : `,app.kubernetes.io/name=${part}`;
    return `--selector=app.kubernetes.io/instance=${this.name}${named}`;
  }
}

export function isReady({ status }: Pod): boolean {
  return status.conditions.some((condition) => condition.type === "Ready" && condition.status === "True");
}

function set(values: readonly string[]): string[] {
  return values.map((value) => `--set=${value}`);
}
