// Uses the system on a cluster as its clients do, through its own doors.

import { describe, expect, it } from "vitest";
import { CALLS_OF_A_CLAIM } from "../support/assessors.ts";
import { approve, submit, untilInReview } from "../support/claims.ts";
import { expectApproved } from "../support/kills.ts";
import { useSharedRelease } from "./support/system.ts";
import { whySkipped } from "./support/why-skipped.ts";

describe.skipIf(whySkipped())("in a cluster", () => {
  const system = useSharedRelease();

  it("a claim is decided, with no model call too many", async () => {
    await expectApproved(system(), await submit(system()));
    expect(await system().simulator.counts()).toEqual({
      total: CALLS_OF_A_CLAIM,
      repeated: 0,
      repeatedAfterAnswer: 0,
      inFlight: 0,
    });
  });

  it("a large claim waits for a person, and is theirs to decide", async () => {
    const claimId = await submit(system(), 8000);
    await untilInReview(system(), claimId);
    await approve(system(), claimId);
    await expectApproved(system(), claimId, 8000);
    expect(await system().simulator.counts()).toMatchObject({ total: CALLS_OF_A_CLAIM, repeated: 0 });
  });

  it("a chat remembers", async () => {
    const say = (message: string) =>
      system().ingress.call<string>("Chat", "message", { message }, { key: "cluster" });
    expect(await say("Make a poem about durable execution.")).toContain("urable execution");
    expect((await say("Shorten it to 2 lines.")).trim().split("\n")).toHaveLength(2);
    expect(await system().simulator.counts()).toMatchObject({ total: 2, repeated: 0 });
  });
});
