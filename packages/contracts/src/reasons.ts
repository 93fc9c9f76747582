// Why something was found or decided: a few short sentences.

import { z } from "zod";

const MAX_REASONS = 20;
const MAX_REASON_LENGTH = 500;
const WHY = "Why, one short sentence each";

export const reasonsSchema = z.array(z.string().max(MAX_REASON_LENGTH)).max(MAX_REASONS).describe(WHY);

/** Reasons as a model is asked for them: without the limits, which not every model API takes, or keeps. */
export const saidReasonsSchema = z.array(z.string()).describe(WHY);

/** What of a model's reasons is kept. */
export function clipReasons(said: readonly string[]): string[] {
  return said.slice(0, MAX_REASONS).map((reason) => reason.slice(0, MAX_REASON_LENGTH));
}
