// Walks through rendered objects.

import { z } from "zod";
import type { KubernetesObject } from "./chart.ts";

const containerSchema = z.looseObject({
  name: z.string(),
  image: z.string(),
  env: z.array(z.looseObject({ name: z.string(), value: z.string().optional() })).default([]),
  args: z.array(z.string()).default([]),
  resources: z.looseObject({ requests: z.record(z.string(), z.string()) }),
  securityContext: z.looseObject({}),
});
const podSchema = z.looseObject({
  metadata: z.looseObject({
    labels: z.record(z.string(), z.string()),
    annotations: z.record(z.string(), z.string()).default({}),
  }),
  spec: z.looseObject({
    containers: z.array(containerSchema),
    initContainers: z.array(containerSchema).default([]),
    automountServiceAccountToken: z.boolean().optional(),
    securityContext: z.looseObject({}),
  }),
});
export type Pod = z.output<typeof podSchema>;

const withTemplate = z.looseObject({ spec: z.looseObject({ template: podSchema }) });
const cronJob = z.looseObject({ spec: z.looseObject({ jobTemplate: withTemplate }) });

/** The pod that an object makes, if it makes one. Of a RestateCluster, the operator writes the pod. */
export function podOf(object: KubernetesObject): Pod | undefined {
  switch (object.kind) {
    case "Pod":
      return podSchema.parse(object);
    case "CronJob":
      return cronJob.parse(object).spec.jobTemplate.spec.template;
    case "Deployment":
    case "StatefulSet":
    case "Job":
    case "RestateDeployment":
      return withTemplate.parse(object).spec.template;
    default:
      return undefined;
  }
}

const selectors = z.looseObject({
  kind: z.string(),
  spec: z.looseObject({
    selector: z.unknown().optional(),
    podSelector: z.unknown().optional(),
  }),
});
const labels = z.record(z.string(), z.string());
const matching = z.looseObject({ matchLabels: labels });

/** The labels by which an object selects pods, if it selects some. */
export function selectorOf(object: KubernetesObject): Record<string, string> | undefined {
  const parsed = selectors.safeParse(object);
  if (!parsed.success) return undefined;
  const { selector, podSelector } = parsed.data.spec;
  if (object.kind === "Service") return labels.parse(selector);
  const either = selector ?? podSelector;
  return either === undefined ? undefined : matching.parse(either).matchLabels;
}

export const find = (objects: readonly KubernetesObject[], kind: string, name: string) => {
  const found = objects.find((object) => object.kind === kind && object.metadata.name === name);
  if (found === undefined) throw new Error(`no ${kind} ${name} is rendered`);
  return found;
};
