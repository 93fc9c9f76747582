// No journaled model call is made again: what the simulator's counters must say of a case.

import type { Simulator } from "@holdfast/simulator";
import { expect } from "vitest";

/**
 * @param calls how many there were in all
 * @param again the agents (simulator's ids) whose call was made again since its reply never came: those in flight
 */
export function expectCalls(simulator: Simulator, calls: number, again: readonly string[] = []): void {
  const stats = simulator.stats();
  const seen = new Set<string>();
  const repeated = stats.calls.filter(({ requestHash }) => seen.size === seen.add(requestHash).size);
  expect({
    calls: stats.total,
    again: repeated.map(({ agent }) => agent),
    afterAnswer: stats.repeatedAfterAnswer,
  }).toEqual({ calls, again, afterAnswer: 0 });
}
