// The charts as Helm renders them, without a cluster. They are copied first, so that nothing is written into the sources.

import { execFileSync } from "node:child_process";
import { cpSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseAllDocuments } from "yaml";
import { z } from "zod";

const values = fileURLToPath(new URL("../values", import.meta.url));

export const objectSchema = z.looseObject({
  apiVersion: z.string(),
  kind: z.string(),
  metadata: z.looseObject({
    name: z.string(),
    namespace: z.string().optional(),
    labels: z.record(z.string(), z.string()),
    annotations: z.record(z.string(), z.string()).optional(),
  }),
});
export type KubernetesObject = z.output<typeof objectSchema>;

export type ChartName = "durable-agent" | "holdfast";

/** A file of test/charts/values, which is named for its chart. */
export interface ValuesFile {
  readonly name: string;
  readonly path: string;
  readonly chart: ChartName;
}

export const valuesFiles: readonly ValuesFile[] = readdirSync(values)
  .sort()
  .map((file) => {
    const chart = file.startsWith("durable-agent") ? "durable-agent" : "holdfast";
    return { name: basename(file, ".yaml"), path: join(values, file), chart };
  });

export interface RenderOptions {
  /** A file with values. */
  readonly file?: string;
  /** Values that go before the file's. */
  readonly values?: Readonly<Record<string, unknown>>;
  readonly release?: string;
  readonly namespace?: string;
  /** What the cluster is said to know beside Kubernetes' own. */
  readonly apiVersions?: readonly string[];
}

export const CUSTOM_RESOURCES = ["restate.dev/v1", "restate.dev/v1beta1", "keda.sh/v1alpha1"];

export class Charts {
  #copy: string | undefined;

  render(chart: ChartName, options: RenderOptions = {}): KubernetesObject[] {
    const rendered = this.#helm(["template", ...this.#args(chart, options)], options.values);
    return parseAllDocuments(rendered)
      .map((document) => document.toJS() as unknown)
      .filter((object) => object !== null)
      .map((object) => objectSchema.parse(object));
  }

  /** @returns why Helm does not render it; undefined when it does */
  refusal(chart: ChartName, options: RenderOptions): string | undefined {
    try {
      this.render(chart, options);
      return undefined;
    } catch (error) {
      return z.object({ stderr: z.string() }).parse(error).stderr;
    }
  }

  lint(chart: ChartName, file: string): string {
    return this.#helm(["lint", "--strict", this.#path(chart), `--values=${file}`]);
  }

  remove(): void {
    if (this.#copy !== undefined) rmSync(this.#copy, { recursive: true, force: true });
  }

  #path(chart: ChartName): string {
    this.#copy ??= this.#prepare();
    return join(this.#copy, chart);
  }

  #prepare(): string {
    const folder = mkdtempSync(join(tmpdir(), "holdfast-charts-"));
    cpSync(fileURLToPath(new URL("../../../helm", import.meta.url)), folder, { recursive: true });
    this.#helm(["dependency", "build", join(folder, "holdfast")]);
    return folder;
  }

  #args(chart: ChartName, options: RenderOptions): string[] {
    const { file, release = "holdfast", namespace = "claims", apiVersions = CUSTOM_RESOURCES } = options;
    return [
      ...[release, this.#path(chart), `--namespace=${namespace}`],
      ...apiVersions.map((version) => `--api-versions=${version}`),
      ...(file === undefined ? [] : [`--values=${file}`]),
      "--values=-",
    ];
  }

  #helm(args: string[], input: unknown = {}): string {
    return execFileSync("helm", args, {
      input: JSON.stringify(input),
      encoding: "utf8",
      stdio: "pipe",
      maxBuffer: 64 * 1024 * 1024,
    });
  }
}

/** Why the charts cannot be rendered here; undefined when they can. */
export function whySkipped(): string | undefined {
  try {
    execFileSync("helm", ["version"], { stdio: "pipe" });
    return undefined;
  } catch {
    return "The chart tests are skipped: they need helm.";
  }
}
