// Parses the benchmark's command line, and derives the numbers of rounds from it.

import { randomInt } from "node:crypto";
import { parseArgs } from "node:util";
import type { ModelName } from "./measures/features.ts";

const MAX_SEED = 2 ** 31 - 1;

export interface RunSettings {
  /** Exit with 1 when a bar is missed. */
  readonly check: boolean;
  /** A few rounds, to see that everything runs; the figures mean little. */
  readonly quick: boolean;
  /** Of the order in which the variants of a round run. */
  readonly seed: number;
  readonly rounds: Rounds;
}

/** How often each thing is measured. */
export interface Rounds {
  /** By the number of turns. */
  readonly overhead: Readonly<Record<string, number>>;
  readonly slowModel: number;
  readonly overHttp: number;
  /** By the number of tools in the turn. */
  readonly parallelTools: Readonly<Record<string, number>>;
  readonly firstToken: number;
  readonly features: Readonly<Record<ModelName, number>>;
  readonly chatSession: number;
  readonly agentStarts: number;
  readonly concurrency: number;
  readonly crashes: number;
  readonly telemetry: number;
  /** Rounds before those, which do not count. */
  readonly warmUp: number;
}

const THOROUGH: Rounds = {
  overhead: { 3: 80, 20: 40, 80: 24 },
  slowModel: 15,
  overHttp: 15,
  parallelTools: { 3: 30, 32: 12 },
  firstToken: 12,
  features: { instantModel: 60, model50ms: 20 },
  chatSession: 27,
  agentStarts: 5,
  concurrency: 12,
  crashes: 3,
  telemetry: 20,
  warmUp: 3,
};

const QUICK: Rounds = {
  overhead: { 3: 5, 20: 3, 80: 1 },
  slowModel: 2,
  overHttp: 1,
  parallelTools: { 3: 3, 32: 1 },
  firstToken: 1,
  features: { instantModel: 3, model50ms: 1 },
  chatSession: 5,
  agentStarts: 1,
  concurrency: 1,
  crashes: 1,
  telemetry: 1,
  warmUp: 1,
};

/** @throws TypeError for options there are none of */
export function readSettings(args: readonly string[]): RunSettings {
  const { values } = parseArgs({
    args: [...args],
    options: {
      check: { type: "boolean", default: false },
      quick: { type: "boolean", default: false },
      seed: { type: "string" },
    },
  });
  const seed = values.seed === undefined ? randomInt(MAX_SEED) : Number(values.seed);
  if (!Number.isSafeInteger(seed) || seed < 0) throw new TypeError("--seed must be an integer from 0 on");
  return { check: values.check, quick: values.quick, seed, rounds: values.quick ? QUICK : THOROUGH };
}
