// A claim's life on the whole system.

import { sampleClaim } from "@holdfast/contracts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startSystem, type System } from "./system.ts";

describe.each(["default", "always-replay"] as const)("a claim [%s]", (mode) => {
  let system: System;
  beforeAll(async () => {
    system = await startSystem({ mode });
  });
  afterAll(async () => {
    await system?.stop();
  });

  it("is approved", async () => {
    const decision = await system.call("Claim", "submit", sampleClaim, { key: "sample" });
    console.log(JSON.stringify(decision, null, 1));
    console.log(JSON.stringify(await system.call("ClaimTimeline", "events", { after: 0 }, { key: "sample" }), null, 0));
    expect(decision).toMatchObject({ status: "approved", amount: 3000 });
    console.log(system.simulator.stats());
  });
  it("tour", async () => {
    console.log(await system.call("ParallelAgentClaimApproval", "run", sampleClaim));
    console.log(await system.call("RemoteMultiAgentClaimApproval", "run", sampleClaim));
    console.log(await system.call("Chat", "message", {message: "Make a poem about durable execution."}, {key: "s"}));
    console.log(await system.call("Chat", "message", {message: "Shorten it to 2 lines."}, {key: "s"}));
    console.log(await system.call("Chat", "get_history", undefined, {key: "s"}));
  });
});
