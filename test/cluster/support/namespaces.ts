// Namespaces of one run of the tests, in which no pod may be less than restricted.

import { inject } from "vitest";
import { kubectlWithInput } from "./commands.ts";

export const RUN_LABEL = "holdfast.test/run";

/** Makes it, unless it is there. @returns its name, which no other run has */
export async function namespaceOf(purpose: string): Promise<string> {
  const run = inject("clusterRun");
  const name = `holdfast-${run}-${purpose}`;
  const labels = { [RUN_LABEL]: run, "pod-security.kubernetes.io/enforce": "restricted" };
  const namespace = { apiVersion: "v1", kind: "Namespace", metadata: { name, labels } };
  await kubectlWithInput(JSON.stringify(namespace), "apply", "--filename=-");
  return name;
}
