// Grafana's dashboards, for compose and for the chart, and the chart's copies of what else it shares with compose.

import { type GeneratedFile, read } from "../generated/file.ts";
import { dashboards } from "./all.ts";
import { grafanaJson } from "./grafana.ts";

/** What is copied, and to where: a chart can hold no files from outside of it. */
const COPIES = [
  ["deploy/otel/collector.yaml", "otel/collector.yaml"],
  ["deploy/otel/langfuse.yaml", "otel/langfuse.yaml"],
  ["deploy/prometheus/alerts.yaml", "prometheus/alerts.yaml"],
] as const;

export function dashboardFiles(): GeneratedFile[] {
  return [
    ...Object.entries(dashboards).flatMap(([name, dashboard]) =>
      ["deploy/grafana/dashboards", "helm/holdfast/files/grafana"].map((folder) => ({
        path: `${folder}/${name}.json`,
        content: grafanaJson(dashboard),
      })),
    ),
    ...COPIES.map(([from, to]) => ({ path: `helm/holdfast/files/${to}`, content: read(from) })),
  ];
}
