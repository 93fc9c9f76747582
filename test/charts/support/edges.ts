// Lists the connections between the pods of a render that its network policies let through: those that leave by the one's policies and
// enter by the other's.

import { z } from "zod";
import type { KubernetesObject } from "./chart.ts";
import { podOf } from "./walk.ts";

const selector = z.strictObject({ matchLabels: z.record(z.string(), z.string()) });
const peer = z.strictObject({
  podSelector: selector.optional(),
  namespaceSelector: selector.optional(),
  ipBlock: z.unknown().optional(),
});
const port = z.strictObject({ port: z.union([z.string(), z.number()]), protocol: z.string().optional() });
const rule = z.strictObject({
  from: z.array(peer).optional(),
  to: z.array(peer).optional(),
  ports: z.array(port).optional(),
});
const policySchema = z.looseObject({
  spec: z.strictObject({
    podSelector: selector,
    policyTypes: z.tuple([z.literal("Ingress"), z.literal("Egress")]),
    ingress: z.array(rule).default([]),
    egress: z.array(rule).default([]),
  }),
});
type Policy = z.output<typeof policySchema>["spec"];
type Rule = z.output<typeof rule>;

const portsSchema = z.array(z.looseObject({ name: z.string(), containerPort: z.number() })).default([]);

interface Part {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly ports: ReadonlyMap<string, number>;
}

/** A pod of the same namespace that is not the release's, and that no policy holds back. */
const STRANGER: Part = { name: "stranger", labels: {}, ports: new Map() };

/** Such as `gateway → restate:8080`; of agents, all versions are one. What a stranger may call is `stranger → …`. */
export function edges(objects: readonly KubernetesObject[], namespace: string): string[] {
  const policies = objects
    .filter(({ kind }) => kind === "NetworkPolicy")
    .map((object) => policySchema.parse(object).spec);
  const parts = partsOf(objects);
  const found = [STRANGER, ...parts].flatMap((from) =>
    parts.flatMap((to) =>
      [...to.ports]
        .filter(([name, number]) => {
          const leaves = rulesOf(policies, from, "egress").some(
            (rule) => opens(rule, name, number) && admits(rule.to, to, namespace),
          );
          const enters = rulesOf(policies, to, "ingress").some(
            (rule) => opens(rule, name, number) && admits(rule.from, from, namespace),
          );
          return enters && (leaves || from === STRANGER);
        })
        .map(([, number]) => `${from.name} → ${to.name}:${number}`),
    ),
  );
  return [...new Set(found)].sort();
}

function partsOf(objects: readonly KubernetesObject[]): Part[] {
  return objects.flatMap((object) => {
    const pod = podOf(object);
    if (pod === undefined) return [];
    const { labels } = pod.metadata;
    const ports = pod.spec.containers.flatMap((container) => portsSchema.parse(container.ports));
    return [
      {
        name: labels["app.kubernetes.io/name"] ?? "",
        labels,
        ports: new Map(ports.map(({ name, containerPort }) => [name, containerPort])),
      },
    ];
  });
}

/** What a pod is allowed. One without any policy would be allowed everything: there is to be none. */
function rulesOf(policies: readonly Policy[], part: Part, direction: "ingress" | "egress"): Rule[] {
  const its = policies.filter(({ podSelector }) => matches(podSelector, part.labels));
  if (its.length === 0 && part !== STRANGER) throw new Error(`${part.name} has no network policy`);
  return its.flatMap((policy) => policy[direction]);
}

function opens({ ports }: Rule, name: string, number: number): boolean {
  return ports === undefined || ports.some(({ port }) => port === name || port === number);
}

function admits(peers: Rule["to"], part: Part, namespace: string): boolean {
  if (peers === undefined) return true;
  const here = { "kubernetes.io/metadata.name": namespace };
  return peers.some(
    ({ podSelector, namespaceSelector, ipBlock }) =>
      ipBlock === undefined &&
      (namespaceSelector === undefined || matches(namespaceSelector, here)) &&
      (podSelector === undefined || matches(podSelector, part.labels)),
  );
}

function matches({ matchLabels }: z.output<typeof selector>, labels: Readonly<Record<string, string>>) {
  return Object.entries(matchLabels).every(([label, value]) => labels[label] === value);
}
