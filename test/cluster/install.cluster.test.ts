// The install line on an empty namespace ends with a system that decides claims: one Deployment for each agent, all as locked down as can be.

import { describe, expect, it } from "vitest";
import { agents } from "../../services/catalogue.ts";
import { VERSION } from "./support/images.ts";
import { useSharedRelease } from "./support/system.ts";
import { whySkipped } from "./support/why-skipped.ts";

describe.skipIf(whySkipped())("an installation", () => {
  const system = useSharedRelease();

  it("has one Deployment for each agent and version", async () => {
    const versioned = agents
      .filter(({ optional }) => !optional)
      .map(({ name }) => `${name}-${VERSION.replaceAll(".", "-")}`);
    const replicas = await system().release.replicas();
    expect(Object.keys(replicas).sort()).toEqual(
      [...versioned, "gateway", "model-simulator", "collector", "jaeger"].sort(),
    );
    expect(new Set(Object.values(replicas))).toEqual(new Set([1]));
  });

  it("passes helm test", async () => {
    expect(await system().release.test()).toContain("The claim is approved.");
  });
});
