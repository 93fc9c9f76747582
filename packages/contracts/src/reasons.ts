// The reasons of a finding or a decision: a few short sentences.

import { z } from "zod";

const MAX_REASONS = 20;
const MAX_REASON_LENGTH = 500;
const WHY = "Why, one short sentence each";

export const reasonsSchema = z.array(z.string().max(MAX_REASON_LENGTH)).max(MAX_REASONS).describe(WHY);

/** Reasons in the schema of a model's output: without the limits, which not every model API takes, or keeps. */
export const modelReasonsSchema = z.array(z.string()).describe(WHY);

/** The part of a model's reasons that is kept. */
export function clipReasons(reasons: readonly string[]): string[] {
  return reasons.slice(0, MAX_REASONS).map((reason) => reason.slice(0, MAX_REASON_LENGTH));
}
