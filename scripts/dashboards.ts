// Writes Grafana's dashboards, deploy/grafana/dashboards, and the chart's copies of what it shares with compose: those, the
// alerts and the collector's configuration. With --check it only tells what is not current.

import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { dashboards } from "./dashboards/all.ts";
import { grafanaJson } from "./dashboards/grafana.ts";

const path = (relativePath: string) => fileURLToPath(new URL(`../${relativePath}`, import.meta.url));
const read = (relativePath: string) => readFileSync(path(relativePath), "utf8");

/** What is copied, and to where: a chart can hold no files from outside of it. */
const COPIES = [
  ["deploy/otel/collector.yaml", "otel/collector.yaml"],
  ["deploy/otel/langfuse.yaml", "otel/langfuse.yaml"],
  ["deploy/prometheus/alerts.yaml", "prometheus/alerts.yaml"],
] as const;

const files = [
  ...Object.entries(dashboards).flatMap(([name, dashboard]) =>
    ["deploy/grafana/dashboards", "helm/holdfast/files/grafana"].map(
      (folder) => [`${folder}/${name}.json`, grafanaJson(dashboard)] as const,
    ),
  ),
  ...COPIES.map(([from, to]) => [`helm/holdfast/files/${to}`, read(from)] as const),
];
const stale = files.filter(([file, content]) => readOrNothing(path(file)) !== content);
const names = stale.map(([file]) => relative(process.cwd(), path(file))).join(", ");

if (!process.argv.includes("--check")) {
  for (const [file, content] of stale) {
    mkdirSync(dirname(path(file)), { recursive: true });
    writeFileSync(path(file), content);
  }
  console.log(names === "" ? "The dashboards are current." : `Wrote ${names}.`);
} else if (names !== "") {
  console.error(`✖ Not current: ${names}. Run \`npm run dashboards\` and commit them.`);
  process.exitCode = 1;
}

function readOrNothing(file: string): string | undefined {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return undefined;
  }
}
