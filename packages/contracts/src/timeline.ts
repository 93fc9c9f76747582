// The events of a claim's timeline.

import { z } from "zod";
import { assessors } from "./assessors/index.ts";
import { claimTroubleSchema } from "./claim-trouble.ts";
import { decisionRecordSchema, proposalSchema } from "./decision.ts";

const reporters = Object.values(assessors);
const agentSchema = z.enum([...reporters.map(({ agent }) => agent), "decision"]);
/** Who reports to a timeline. */
export type TimelineAgent = z.output<typeof agentSchema>;

/** One thing that happened, as it is reported. */
const timelineEntrySchema = z.discriminatedUnion("type", [
  z.strictObject({ type: z.literal("received") }),
  z.strictObject({ type: z.literal("assessing") }),
  z.strictObject({ type: z.literal("agent_started"), agent: agentSchema }),
  z.strictObject({
    type: z.literal("agent_finished"),
    agent: agentSchema,
    finding: z.union([...reporters.map(({ finding }) => finding), proposalSchema]).optional(),
  }),
  z.strictObject({ type: z.literal("agent_failed"), agent: agentSchema }),
  z.strictObject({ type: z.literal("deciding") }),
  z.strictObject({
    type: z.literal("in_review"),
    why: z.array(z.string()).describe("Why a person must decide"),
  }),
  z.strictObject({ type: z.literal("review_unclear"), rule: z.string().describe("What an answer must be") }),
  z.strictObject({ type: z.literal("review_overdue") }),
  z.strictObject({ type: z.literal("needs_attention"), trouble: claimTroubleSchema }),
  z.strictObject({ type: z.literal("resumed") }),
  z.strictObject({
    type: z.literal("reassessing"),
    changed: z.array(z.string()).describe("The rules that are others since it began: plan, matrix"),
  }),
  z.strictObject({ type: z.literal("decided"), decision: decisionRecordSchema }),
]);
export type TimelineEntry = z.output<typeof timelineEntrySchema>;

/** What an agent sends to a timeline: the entry, and when it happened by the reporter's journaled clock. */
export const timelineReportSchema = z.strictObject({ at: z.iso.datetime(), entry: timelineEntrySchema });
export type TimelineReport = z.output<typeof timelineReportSchema>;

/** What an observer sees of a claim: its trouble, or that there is none any more. */
export const troubleReportSchema = z.strictObject({
  at: z.iso.datetime().describe("When it was seen"),
  trouble: claimTroubleSchema.optional(),
});

/** An event of a claim's timeline. `seq` counts from 1 without gaps. */
export const timelineEventSchema = timelineReportSchema.extend({ seq: z.number().int().positive() });
export type TimelineEvent = z.output<typeof timelineEventSchema>;

/** Asks for the events after one already seen; waits up to `waitMs` when there are none yet. */
export const timelineQuerySchema = z.strictObject({
  after: z.number().int().min(0).describe("The last seq already seen; 0 for all"),
  waitMs: z
    .number()
    .int()
    .min(0)
    .max(60_000)
    .describe("How long to wait for a new one, in milliseconds")
    .optional(),
});
export type TimelineQuery = z.output<typeof timelineQuerySchema>;

export const timelinePageSchema = z.array(timelineEventSchema);
