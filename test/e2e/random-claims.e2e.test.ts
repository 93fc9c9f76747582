// Random claims on the whole system: each ends as the coverage plan, the standard rates and the authority matrix say.

import { testSeed } from "@holdfast/testing";
import fc from "fast-check";
import { expect, it } from "vitest";
import { CALLS_OF_A_CLAIM } from "../support/assessors.ts";
import { newClaimId, submit, viewOf } from "./support/claims.ts";
import { claimWithOutcome } from "./support/random-claims.ts";
import { untilEvent } from "./support/timeline.ts";
import { useSystem } from "./system.ts";

const CLAIMS = 20;

const system = useSystem();

it(`decides ${CLAIMS} random claims as the data says`, async () => {
  const samples = fc.sample(claimWithOutcome, { seed: testSeed(), numRuns: CLAIMS });
  const outcomes = await Promise.all(
    samples.map(async ({ claim }) => {
      const claimId = newClaimId();
      await submit(system(), claimId, claim);
      await untilEvent(system(), claimId, ["decided", "in_review"]);
      const { status, decision } = await viewOf(system(), claimId);
      return { claim, outcome: status === "approved" ? `approved ${decision?.amount.toFixed(2)}` : status };
    }),
  );
  expect(outcomes).toEqual(samples);
  expect(system().simulator.stats()).toMatchObject({ total: CLAIMS * CALLS_OF_A_CLAIM });
});
