// A claim through the gateway's door and all containers behind it, and what is known of it afterwards.

import { describe, expect, it } from "vitest";
import { z } from "zod";
import { ASSESSORS, CALLS_OF_A_CLAIM } from "../support/assessors.ts";
import { decided, submit } from "../support/claims.ts";
import { whySkipped } from "./support/docker.ts";
import { useContainers } from "./support/system.ts";

const servicesSchema = z.object({ data: z.array(z.string()).nullable() });

describe.skipIf(whySkipped())("a claim in containers", () => {
  const system = useContainers();

  it("is decided, with no model call too many", async () => {
    const claimId = await submit(system());
    expect(await decided(system(), claimId)).toMatchObject({
      status: "approved",
      decision: { amount: 3000 },
    });
    expect(await system().simulator.counts()).toEqual({
      total: CALLS_OF_A_CLAIM,
      repeated: 0,
      repeatedAfterAnswer: 0,
      inFlight: 0,
    });
  });

  it("leaves traces of Restate and of each agent that took part, by way of the collector", async () => {
    await decided(system(), await submit(system()));
    const traced = async () => {
      const response = await fetch(`${system().jaegerUrl}/api/services`);
      return servicesSchema.parse(await response.json()).data ?? [];
    };
    await expect
      .poll(traced, { timeout: 30_000 })
      .toEqual(expect.arrayContaining(["Restate", "coordinator", ...ASSESSORS]));
  });
});
