// Compares the charts' whole render for each file of values. `vitest run -u --project charts` writes what has changed.

import { afterAll, describe, expect, it } from "vitest";
import { stringify } from "yaml";
import { Charts, type KubernetesObject, valuesFiles, whySkipped } from "./support/chart.ts";

describe.skipIf(whySkipped())("a render", () => {
  const charts = new Charts();
  afterAll(() => charts.remove());

  it.each(valuesFiles)("of $name is the golden one", async ({ name, path, chart }) => {
    await expect(golden(charts.render(chart, { file: path }))).toMatchFileSnapshot(`golden/${name}.yaml`);
  });

  it.each(valuesFiles)("of $name passes helm lint", ({ path, chart }) => {
    expect(charts.lint(chart, path)).toContain("0 chart(s) failed");
  });
});

/** In an order of its own, and without the keys that Helm makes anew each time. */
function golden(objects: readonly KubernetesObject[]): string {
  const title = ({ kind, metadata }: KubernetesObject) => `${kind} ${metadata.name}`;
  return [...objects]
    .sort((a, b) => (title(a) < title(b) ? -1 : 1))
    .map((object) => stringify(object, { version: "1.1", aliasDuplicateObjects: false, lineWidth: 0 }))
    .join("---\n")
    .replaceAll(/^( {2}tls\.(?:key|crt)): .*$/gm, "$1: made by Helm");
}
