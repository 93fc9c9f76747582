/**
 * One seed for everything random in a test run, so that a failure can be run again as it was.
 */

import { randomInt } from "node:crypto";

const MAX_SEED = 2 ** 31 - 1;

let seed: number | undefined;

/**
 * The seed of this test process: `TEST_SEED`, or a random one, an integer from 0 to 2³¹ − 1. Printed the first time,
 * with how to run again.
 *
 * @throws Error when `TEST_SEED` is set to anything else.
 */
export function testSeed(): number {
  if (seed === undefined) {
    seed = seedFrom(process.env.TEST_SEED);
    console.info(`TEST_SEED=${seed} (to run again with the same: put it before the command)`);
  }
  return seed;
}

function seedFrom(text: string | undefined): number {
  if (text === undefined || text === "") return randomInt(MAX_SEED);
  const value = Number(text);
  if (!Number.isInteger(value) || value < 0 || value > MAX_SEED) {
    throw new Error(`TEST_SEED must be an integer from 0 to ${MAX_SEED}, not "${text}"`);
  }
  return value;
}
