// Expects that a claim was approved, and its decision reported once, whatever was killed meanwhile.

import { expect } from "vitest";
import type { System } from "../system.ts";
import { viewOf } from "./claims.ts";
import { typesOf, untilEvent } from "./timeline.ts";

/** Waits until the claim is approved; its timeline has each event once, and no gaps. */
export async function expectApproved(system: System, claimId: string, amount = 3000): Promise<void> {
  const events = await untilEvent(system, claimId, "decided");
  const types = typesOf(events);
  expect(types.filter((type, i) => types.indexOf(type) !== i)).toEqual([]);
  expect(types.filter((type) => type.startsWith("agent_"))).toHaveLength(8);
  expect(events.map(({ seq }) => seq)).toEqual(events.map((_, i) => i + 1));
  expect((await viewOf(system, claimId)).decision).toMatchObject({ status: "approved", amount });
}
