// The values that the docs show: a YAML block whose first line names a chart, as `# helm/holdfast: production.yaml`.

import { globSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, it } from "vitest";
import { parse } from "yaml";
import { z } from "zod";
import { type ChartName, Charts, whySkipped } from "./support/chart.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));
const BLOCK = /^```yaml\n# helm\/(durable-agent|holdfast): (\S+)\n(.*?)^```$/gms;

const shown = ["docs/*.md", "helm/*/README.md"].flatMap((pattern) =>
  globSync(pattern, { cwd: root })
    .sort()
    .flatMap((page) =>
      Array.from(readFileSync(`${root}${page}`, "utf8").matchAll(BLOCK), ([, chart, file, yaml = ""]) => ({
        page,
        file,
        chart: chart as ChartName,
        values: z.record(z.string(), z.unknown()).parse(parse(yaml)),
      })),
    ),
);

describe.skipIf(whySkipped())("what the docs show", () => {
  const charts = new Charts();
  afterAll(() => charts.remove());

  it("is found", () => {
    expect(shown.map(({ file }) => file)).toEqual(
      expect.arrayContaining(["production.yaml", "external.yaml", "weather.yaml"]),
    );
  });

  it.each(shown)("in $page, $file, is taken by the chart", ({ chart, values }) => {
    expect(charts.render(chart, { values }).length).toBeGreaterThan(3);
    expect(charts.refusal(chart, { values: { ...values, unknownKey: 1 } })).toContain("unknownKey");
  });
});
