// Before all cluster tests: the images, and a name for this run. After them: nothing of the run is left.

import { randomBytes } from "node:crypto";
import type { TestProject } from "vitest/node";
import { helm, kubectl } from "./commands.ts";
import { provideImages } from "./images.ts";
import { RUN_LABEL } from "./namespaces.ts";
import { chart } from "./release.ts";
import { whySkipped } from "./why-skipped.ts";

declare module "vitest" {
  interface ProvidedContext {
    clusterRun: string;
  }
}

export default async function setup(project: TestProject): Promise<(() => Promise<void>) | undefined> {
  const run = randomBytes(3).toString("hex");
  project.provide("clusterRun", run);
  const reason = whySkipped();
  if (reason !== undefined) {
    console.log(reason);
    return undefined;
  }
  // What lies in charts/ from before is taken as it is, however old.
  await helm("dependency", "update", chart);
  await provideImages();
  return async () => {
    await kubectl("delete", "namespace", `--selector=${RUN_LABEL}=${run}`);
  };
}
