// Finds out why the cluster tests are skipped: there is no cluster. The others pass without one.

import { execFileSync } from "node:child_process";

const needed = [
  { what: "kubectl", command: ["kubectl", "version", "--client"] },
  { what: "helm", command: ["helm", "version"] },
  {
    what: "a cluster that answers in the current kube context",
    command: ["kubectl", "get", "--raw=/readyz", "--request-timeout=10s"],
  },
] as const;

/** Why the tests cannot run here; undefined when they can. */
export function whySkipped(): string | undefined {
  for (const { what, command } of needed) {
    const [file, ...args] = command;
    try {
      execFileSync(file, args, { stdio: "pipe", timeout: 30_000 });
    } catch {
      return `The cluster tests are skipped: they need ${what}.`;
    }
  }
  return undefined;
}
