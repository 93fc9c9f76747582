// Checks the rules that hold for every object of every mode.

import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Charts, type KubernetesObject, valuesFiles, whySkipped } from "./support/chart.ts";
import { type Pod, podOf, selectorOf } from "./support/walk.ts";

describe.skipIf(whySkipped()).each(valuesFiles)("every object of $name", ({ path, chart }) => {
  const charts = new Charts();
  afterAll(() => charts.remove());
  let objects: KubernetesObject[] = [];
  let pods: (readonly [name: string, pod: Pod])[] = [];
  beforeAll(() => {
    objects = charts.render(chart, { file: path });
    pods = objects.flatMap((object) => {
      const pod = podOf(object);
      return pod === undefined ? [] : [[`${object.kind} ${object.metadata.name}`, pod] as const];
    });
  });

  it("has the recommended labels", () => {
    for (const { metadata } of objects) {
      expect(Object.keys(metadata.labels), metadata.name).toEqual(
        expect.arrayContaining([
          ...["name", "instance", "version", "component", "part-of", "managed-by"].map(
            (label) => `app.kubernetes.io/${label}`,
          ),
          "helm.sh/chart",
        ]),
      );
    }
  });

  it("selects pods of its release alone, and pods that there are", () => {
    for (const object of objects) {
      const selector = selectorOf(object);
      if (selector === undefined) continue;
      expect(selector["app.kubernetes.io/instance"], object.metadata.name).toBe("holdfast");
      const selected = pods.filter(([, { metadata }]) =>
        Object.entries(selector).every(([label, value]) => metadata.labels[label] === value),
      );
      // In operator mode Restate's pods are the operator's.
      expect(selected.length, `${object.kind} ${object.metadata.name}`).toBeGreaterThan(0);
    }
  });

  it("is restricted, if it is a pod", () => {
    for (const [pod, { spec }] of pods) {
      expect(spec.automountServiceAccountToken, pod).toBe(false);
      expect(spec.securityContext, pod).toMatchObject({
        runAsNonRoot: true,
        seccompProfile: { type: "RuntimeDefault" },
      });
      for (const { securityContext, resources } of [...spec.containers, ...spec.initContainers]) {
        expect(securityContext, pod).toEqual({
          allowPrivilegeEscalation: false,
          readOnlyRootFilesystem: true,
          capabilities: { drop: ["ALL"] },
        });
        expect(Object.keys(resources.requests).sort(), pod).toEqual(["cpu", "memory"]);
      }
    }
    expect(pods.length).toBeGreaterThan(0);
  });

  it("tells no pod the chart's version, which would make each upgrade a new version of every agent", () => {
    for (const [name, { metadata }] of pods.filter(([name]) => !name.startsWith("Pod "))) {
      expect(Object.keys(metadata.labels), name).not.toContain("helm.sh/chart");
    }
  });
});
