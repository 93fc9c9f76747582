// Counts the agents that assess a claim, and what follows from their number.

import { assessors } from "@holdfast/contracts";

const all = Object.values(assessors);

/** Their names in timelines. */
export const ASSESSORS: readonly string[] = all.map(({ agent }) => agent);

/** Their names in Restate, which are those of the agents in traces too. */
export const ASSESSOR_SERVICES: readonly string[] = all.map(({ contract }) => contract.name);

/** An assessor's model asks for its tools, and then answers. */
export const CALLS_OF_ASSESSORS = 2 * all.length;

/** After them the decision agent's model answers. */
export const CALLS_OF_A_CLAIM = CALLS_OF_ASSESSORS + 1;
