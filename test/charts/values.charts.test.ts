// Checks the effect of single values whose mistakes would be silent.

import { afterAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { Charts, type KubernetesObject, whySkipped } from "./support/chart.ts";
import { find, podOf } from "./support/walk.ts";

const simulator = { model: { simulator: { enabled: true } } };
const replicas = z.looseObject({ spec: z.looseObject({ replicas: z.number().optional() }) });
const replicasOf = (object: KubernetesObject) => replicas.parse(object).spec.replicas;

/** As https://keda.sh/docs/latest/reference/scaledobject-spec and its Prometheus trigger have them: KEDA's own schema is not here. */
const scaledObject = z.looseObject({
  apiVersion: z.literal("keda.sh/v1alpha1"),
  kind: z.literal("ScaledObject"),
  spec: z.strictObject({
    scaleTargetRef: z.strictObject({ apiVersion: z.string(), kind: z.string(), name: z.string() }),
    minReplicaCount: z.int().min(1),
    maxReplicaCount: z.int(),
    advanced: z
      .strictObject({ horizontalPodAutoscalerConfig: z.strictObject({ behavior: z.looseObject({}) }) })
      .optional(),
    triggers: z.tuple([
      z.strictObject({
        type: z.literal("prometheus"),
        metadata: z.strictObject({ serverAddress: z.url(), query: z.string().min(1), threshold: z.string() }),
      }),
    ]),
  }),
});

describe.skipIf(whySkipped())("a value", () => {
  const charts = new Charts();
  afterAll(() => charts.remove());
  const render = (values: Record<string, unknown>) =>
    charts.render("holdfast", { values: { ...simulator, ...values } });

  it.each([
    ["an agent's own", { agent: { replicaCount: 3 }, fraud: { replicaCount: 0 } }, 0],
    ["all agents'", { agent: { replicaCount: 0 } }, 0],
    ["an agent's above all agents'", { agent: { replicaCount: 0 }, fraud: { replicaCount: 2 } }, 2],
  ])("of replicaCount is taken, and 0 is one: %s", (_whose, values, count) => {
    expect(replicasOf(find(render(values), "Deployment", "holdfast-fraud-0-1-0"))).toBe(count);
  });

  it("of false and of nothing are taken from an agent, too", () => {
    const agent = { autoscaling: { enabled: true }, priorityClassName: "high" };
    const fraud = { autoscaling: { enabled: false }, networkPolicy: { enabled: false } };
    const objects = render({ agent, fraud });
    const names = (kind: string) =>
      objects.filter((object) => object.kind === kind).map(({ metadata }) => metadata.name);
    expect(names("HorizontalPodAutoscaler")).not.toContain("holdfast-fraud");
    expect(names("HorizontalPodAutoscaler")).toContain("holdfast-chat");
    expect(names("NetworkPolicy")).not.toContain("holdfast-fraud");
  });

  it("of autoscaling is about the newest version alone; older ones keep their number of pods", () => {
    const fraud = {
      image: { tag: "2.0.0" },
      previous: ["1.0.0"],
      previousReplicaCount: 2,
      autoscaling: { enabled: true },
    };
    const objects = render({ fraud });
    expect(replicasOf(find(objects, "Deployment", "holdfast-fraud-2-0-0"))).toBeUndefined();
    expect(replicasOf(find(objects, "Deployment", "holdfast-fraud-1-0-0"))).toBe(2);
    expect(find(objects, "HorizontalPodAutoscaler", "holdfast-fraud").spec).toMatchObject({
      scaleTargetRef: { kind: "Deployment", name: "holdfast-fraud-2-0-0" },
    });
  });

  it("of restate.mode=operator has an autoscaler scale the RestateDeployment", () => {
    const objects = render({ restate: { mode: "operator" }, fraud: { autoscaling: { enabled: true } } });
    expect(find(objects, "HorizontalPodAutoscaler", "holdfast-fraud").spec).toMatchObject({
      scaleTargetRef: {
        apiVersion: "restate.dev/v1beta1",
        kind: "RestateDeployment",
        name: "holdfast-fraud",
      },
    });
    expect(replicasOf(find(objects, "RestateDeployment", "holdfast-fraud"))).toBeUndefined();
  });

  it.each(["standalone", "operator"])("of keda makes an object as KEDA has it, in %s mode", (mode) => {
    const fraud = { keda: { enabled: true, serverAddress: "http://prometheus:9090" } };
    const rendered = find(render({ restate: { mode }, fraud }), "ScaledObject", "holdfast-fraud");
    const [trigger] = scaledObject.parse(rendered).spec.triggers;
    expect(trigger.metadata).toEqual({
      serverAddress: "http://prometheus:9090",
      query: 'sum(holdfast_invocations_in_flight{agent="fraud"})',
      threshold: "20",
    });
  });

  it("of previous registers the newest version last, so that new work goes to it", () => {
    const objects = render({ fraud: { image: { tag: "2.0.0" }, previous: ["1.0.0"] } });
    const args = podOf(find(objects, "Job", "holdfast-register"))?.spec.containers[0]?.args ?? [];
    expect(args.filter((arg) => arg.includes("-fraud-"))).toEqual([
      "--deployment=http://holdfast-fraud-1-0-0.claims:9080",
      "--deployment=http://holdfast-fraud-2-0-0.claims:9080",
    ]);
  });

  it("of a pull policy of one agent goes before that of all", () => {
    const objects = render({
      images: { pullPolicy: "Always" },
      fraud: { image: { pullPolicy: "IfNotPresent" } },
    });
    const policy = (name: string) =>
      podOf(find(objects, "Deployment", name))?.spec.containers[0]?.imagePullPolicy;
    expect([policy("holdfast-fraud-0-1-0"), policy("holdfast-chat-0-1-0")]).toEqual([
      "IfNotPresent",
      "Always",
    ]);
  });

  it("of nothing but the namespace is what two installations need to differ in", () => {
    const names = ["claims-a", "claims-b"].map((namespace) =>
      charts
        .render("holdfast", { namespace, values: { ...simulator, restate: { mode: "operator" } } })
        .filter(({ kind }) => kind === "Namespace" || kind === "RestateCluster")
        .map(({ metadata }) => metadata.name),
    );
    expect(names).toEqual([
      ["claims-a-holdfast", "claims-a-holdfast"],
      ["claims-b-holdfast", "claims-b-holdfast"],
    ]);
  });
});
