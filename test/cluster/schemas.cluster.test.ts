// Checks that an API server takes what the charts render: every object of every mode, custom resources too, by the definitions that
// Restate's operator brings. What KEDA's and Prometheus' operators define is left out where they are not installed.

import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Charts, type KubernetesObject, valuesFiles } from "../charts/support/chart.ts";
import { kubectl, kubectlWithInput } from "./support/commands.ts";
import { namespaceOf } from "./support/namespaces.ts";
import { whySkipped } from "./support/why-skipped.ts";

describe.skipIf(whySkipped())("an API server takes", () => {
  const charts = new Charts();
  let namespace = "";
  let served: ReadonlySet<string> = new Set();

  beforeAll(async () => {
    const definitions = process.env.CLUSTER_CRDS;
    if (definitions) {
      await kubectl("apply", "--server-side", "--force-conflicts", `--filename=${definitions}`);
      await kubectl("wait", "--for=condition=Established", `--filename=${definitions}`);
    }
    namespace = await namespaceOf("schemas");
    // The RestateCluster's.
    await namespaceOf("schemas-holdfast");
    served = new Set((await kubectl("api-versions")).trim().split("\n"));
  });
  afterAll(() => charts.remove());

  it.each(valuesFiles)("every object of $name", async ({ chart, path }) => {
    expect(served).toContain("restate.dev/v1");
    expect(served).toContain("restate.dev/v1beta1");
    const objects = charts
      .render(chart, { file: path, namespace })
      .filter(({ apiVersion }) => served.has(apiVersion));
    const byNamespace = Map.groupBy(objects, ({ metadata }) => metadata.namespace ?? namespace);
    for (const [name, items] of byNamespace) {
      expect(taken(await dryRun(items, name))).toBe(items.length);
    }
  });

  it("nothing with a field that it does not know", async () => {
    const file = valuesFiles.find(({ name }) => name === "holdfast-operator-1");
    const objects = charts.render("holdfast", { file: file?.path ?? "", namespace });
    const agent = objects.find(({ kind }) => kind === "RestateDeployment");
    if (agent === undefined) throw new Error("no RestateDeployment is rendered");
    const mistyped = { ...agent, spec: { ...Object(agent.spec), replica: 1 } };
    await expect(dryRun([mistyped], namespace)).rejects.toThrow('unknown field "replica"');
  });
});

function dryRun(items: readonly KubernetesObject[], namespace: string): Promise<string> {
  const list = JSON.stringify({ apiVersion: "v1", kind: "List", items });
  return kubectlWithInput(
    list,
    "apply",
    "--dry-run=server",
    "--validate=strict",
    `--namespace=${namespace}`,
    "--filename=-",
  );
}

const taken = (output: string) => output.match(/\(server dry run\)$/gm)?.length ?? 0;
