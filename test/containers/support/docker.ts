// Finds out whether there is a Docker for these tests. The others pass without one.

import { execFileSync } from "node:child_process";

/** Why the tests cannot run here; undefined when they can. */
export function whySkipped(): string | undefined {
  try {
    execFileSync("docker", ["version", "--format", "{{.Server.Version}}"], {
      stdio: "pipe",
      timeout: 30_000,
    });
    return undefined;
  } catch {
    return "The container tests are skipped: they need Docker, and none answers here.";
  }
}
