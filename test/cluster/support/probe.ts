// Pods that try to reach others: each stands where a part of the release stands, as far as NetworkPolicies can tell.

import { expect, vi } from "vitest";
import { z } from "zod";
import { kubectl, kubectlWithInput } from "./commands.ts";
import { VERSION } from "./images.ts";

export interface Probe {
  readonly name: string;
  readonly namespace: string;
  readonly labels: Readonly<Record<string, string>>;
}

/** `host:port` of each that is to be tried. */
type Targets = Readonly<Record<string, string>>;

/** A target: where the probe looks up names. */
export const NAME_SERVER = "nameserver:53";

// Dropped packets are answered by nothing at all.
const SCRIPT = `
const { connect } = require("node:net");
const [nameserver] = require("node:dns").getServers();
const reach = (target) => new Promise((resolve) => {
  const [host, port] = target.replace("nameserver", nameserver).split(":");
  const socket = connect({ host, port, timeout: 3000 });
  const end = (reached) => { socket.destroy(); resolve(reached); };
  socket.once("connect", () => end(true)).once("timeout", () => end(false)).once("error", () => end(false));
});
const tried = Object.entries(JSON.parse(process.argv[1])).map(async ([name, target]) => [name, await reach(target)]);
Promise.all(tried).then((all) => console.log(JSON.stringify(Object.fromEntries(all))));
`;

const resultSchema = z.record(z.string(), z.boolean());

const securityContext = {
  allowPrivilegeEscalation: false,
  readOnlyRootFilesystem: true,
  capabilities: { drop: ["ALL"] },
};

const registry = process.env.CLUSTER_IMAGE_REGISTRY;
const image = `${registry ? `${registry}/` : ""}holdfast/release-jobs:${VERSION}`;

/** Expects a pod with these labels to reach those targets and no others, once the policies hold for it, which nobody tells. */
export async function expectReached(probe: Probe, targets: Targets, names: readonly string[]): Promise<void> {
  const { name, namespace, labels } = probe;
  const pod = {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name, namespace, labels },
    spec: {
      // Never ready, so that no Service sends anything its way.
      readinessGates: [{ conditionType: "holdfast.test/never" }],
      restartPolicy: "Never",
      automountServiceAccountToken: false,
      securityContext: { runAsNonRoot: true, runAsUser: 1000, seccompProfile: { type: "RuntimeDefault" } },
      containers: [
        {
          name: "probe",
          image,
          command: ["sleep", "600"],
          securityContext,
        },
      ],
    },
  };
  const at = `--namespace=${namespace}`;
  await kubectlWithInput(JSON.stringify(pod), "create", "--filename=-");
  try {
    await kubectl("wait", at, `pod/${name}`, "--for=jsonpath={.status.phase}=Running", "--timeout=60s");
    const reached = async () => {
      const args = ["node", "--eval", SCRIPT, JSON.stringify(targets)];
      const result = resultSchema.parse(JSON.parse(await kubectl("exec", at, name, "--", ...args)));
      return Object.keys(result)
        .filter((target) => result[target])
        .sort();
    };
    // Several probes stand at once, in tests that `expect.poll` cannot tell apart.
    const asExpected = async () => expect(await reached()).toEqual([...names].sort());
    await vi.waitFor(asExpected, { timeout: 30_000, interval: 1000 });
  } finally {
    await kubectl("delete", at, "pod", name, "--force", "--grace-period=0");
  }
}
