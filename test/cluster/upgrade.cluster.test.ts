// From each earlier version of the chart to this one, with a claim that waits for a person meanwhile.

import { describe, expect, it } from "vitest";
import { CALLS_OF_A_CLAIM } from "../support/assessors.ts";
import { approve, submit, untilInReview } from "../support/claims.ts";
import { expectApproved } from "../support/kills.ts";
import { namespaceOf } from "./support/namespaces.ts";
import { Release } from "./support/release.ts";
import { useSystem } from "./support/system.ts";
import { whySkipped } from "./support/why-skipped.ts";

describe.skipIf(whySkipped())("from chart 0.1.0", () => {
  const system = useSystem(async () =>
    Release.install({
      namespace: await namespaceOf("upgrade"),
      packaged: new URL("fixtures/holdfast-0.1.0.tgz", import.meta.url),
    }),
  );

  it("is upgraded with a claim in review, which goes on; and is uninstalled", async () => {
    const claimId = await submit(system(), 8000);
    await untilInReview(system(), claimId);
    await system().release.upgrade();
    await system().reconnect();
    expect(await system().release.test()).toContain("The claim is approved.");
    await system().simulator.reset();

    await approve(system(), claimId);
    await expectApproved(system(), claimId, 8000);
    // All its model calls were made before.
    expect(await system().simulator.counts()).toMatchObject({ total: 0 });
    await expectApproved(system(), await submit(system()));
    expect(await system().simulator.counts()).toMatchObject({ total: CALLS_OF_A_CLAIM });
    await system().release.uninstall();
  });
});
