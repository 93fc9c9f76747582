// Dashboards and alerts ask for metrics and labels that exist.

import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import type { MetricDefinition } from "@holdfast/durable-agents/telemetry";
import { ATTR, METRIC } from "@holdfast/service-kit/registry";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { z } from "zod";
import { dashboards } from "./all.ts";
import { grafanaJson } from "./grafana.ts";
import { prometheusSeries, underscored } from "./prometheus-names.ts";
import { RESTATE_METRICS } from "./restate-metrics.ts";

const deploy = (path: string) => new URL(`../../deploy/${path}`, import.meta.url);

const rules = z
  .object({
    groups: z.array(z.object({ rules: z.array(z.object({ alert: z.string(), expr: z.string() })) })),
  })
  .parse(parse(readFileSync(deploy("prometheus/alerts.yaml"), "utf8")))
  .groups.flatMap((group) => group.rules);

const metrics: readonly MetricDefinition[] = Object.values(METRIC);
const panels = Object.values(dashboards).flatMap(({ title, rows }) =>
  rows.flat().map((panel) => ({ ...panel, title: `${title}: ${panel.title}` })),
);
const queries: [string, string][] = [
  ...panels.flatMap(({ title, queries }) => queries.map(({ expr }): [string, string] => [title, expr])),
  ...rules.map(({ alert, expr }): [string, string] => [alert, expr]),
];

/** Of the collector itself, as version 0.155 names them; and one that Restate has from its first second on. */
const OTHERS = ["otelcol_process_uptime", "restate_num_active_partitions"];
const OTHER_LABELS = ["rpc_service", "status", "partition_id", "exporter", "quantile", "le", "__name__"];

const series = new Set<string>([...metrics.flatMap(prometheusSeries), ...RESTATE_METRICS, ...OTHERS]);

/** What is within braces or `by ( )` are labels. */
const withoutLabels = (expr: string) => expr.replaceAll(/\{[^}]*\}|by \([^)]*\)/g, " ");
const metricsIn = (expr: string): string[] =>
  withoutLabels(expr).match(/\b(gen_ai|holdfast|http|restate|otelcol)_\w+/g) ?? [];
const labelsIn = (expr: string) => [
  ...[...expr.matchAll(/by \(([^)]*)\)/g)].flatMap(([, labels = ""]) => labels.split(", ")),
  ...[...expr.matchAll(/(\w+)(=~|!=|=)"/g)].map(([, label = ""]) => label),
];

it.each(queries)("%s asks for metrics that there are", (_, expr) => {
  const names = metricsIn(expr);
  expect(names.filter((name) => !series.has(name))).toEqual([]);
  expect(names.length > 0 || expr.includes("__name__")).toBe(true);
});

it.each(queries)("%s asks for labels that its metrics have", (_, expr) => {
  const own = metrics
    .filter((metric) => prometheusSeries(metric).some((name) => metricsIn(expr).includes(name)))
    .flatMap(({ attributes }) => attributes.map(underscored));
  const known = new Set([...own, ...OTHER_LABELS]);
  expect(labelsIn(expr).filter((label) => !known.has(label))).toEqual([]);
});

it("shows each metric of the registry somewhere", () => {
  const shown = new Set(panels.flatMap(({ queries }) => queries.flatMap(({ expr }) => metricsIn(expr))));
  const hidden = metrics.filter((metric) => !prometheusSeries(metric).some((name) => shown.has(name)));
  expect(hidden.map(({ name }) => name)).toEqual([]);
});

it("has no metric with an id among its labels", () => {
  const ids: readonly string[] = [
    ATTR.invocationId,
    ATTR.invocationTarget,
    ATTR.responseId,
    ATTR.toolCallId,
    ATTR.conversationId,
  ];
  for (const { attributes } of metrics) expect(attributes.filter((name) => ids.includes(name))).toEqual([]);
});

const panelSchema = z.object({
  id: z.int(),
  title: z.string().min(1),
  type: z.enum(["timeseries", "stat", "bargauge"]),
  gridPos: z.object({ x: z.int(), y: z.int(), w: z.int().positive(), h: z.int().positive() }),
  targets: z.array(z.object({ refId: z.string().regex(/^[A-Z]$/), expr: z.string().min(1) })).min(1),
});
const dashboardSchema = z.object({
  uid: z.string().max(40),
  schemaVersion: z.int(),
  templating: z.object({
    list: z.array(z.object({ name: z.literal("datasource"), type: z.literal("datasource") })),
  }),
  panels: z.array(panelSchema),
});

describe.each(Object.entries(dashboards))("the dashboard %s", (_, dashboard) => {
  const { panels } = dashboardSchema.parse(JSON.parse(grafanaJson(dashboard)));

  it("has panels side by side, with ids of their own", () => {
    expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
    for (const row of Map.groupBy(panels, ({ gridPos }) => gridPos.y).values()) {
      expect(row.map(({ gridPos }) => gridPos.x)).toEqual(row.map(({ gridPos }, i) => i * gridPos.w));
      expect(row.reduce((width, { gridPos }) => width + gridPos.w, 0)).toBe(24);
    }
  });
});

describe.skipIf(whyNoPromtool())("Prometheus", () => {
  const promtool = (...args: string[]) =>
    execFileSync("promtool", args, { cwd: deploy("prometheus/"), stdio: "pipe", encoding: "utf8" });

  it("takes the alerts", () => {
    expect(promtool("check", "rules", "alerts.yaml")).toContain(`SUCCESS: ${rules.length} rules found`);
  });

  it("raises each when it should, and not before", () => {
    expect(promtool("test", "rules", "alerts.test.yaml")).toContain("SUCCESS");
  });
});

it("has a trial of each alert", () => {
  const trials = readFileSync(deploy("prometheus/alerts.test.yaml"), "utf8");
  for (const { alert } of rules) expect(trials).toContain(`alertname: ${alert}\n`);
});

function whyNoPromtool(): boolean {
  try {
    execFileSync("promtool", ["--version"], { stdio: "pipe" });
    return false;
  } catch {
    console.log("The alerts are not tried out: promtool is not on the PATH. It comes with Prometheus.");
    return true;
  }
}
