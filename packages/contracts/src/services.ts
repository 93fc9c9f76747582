// The services' contracts: names, handlers, and what goes in and out. One of these gives a typed client
// (`ctx.client(contract)`) and typed handlers (`implement(contract, …)`).

import { iface } from "@restatedev/restate-sdk-core";
import { z } from "zod";
import { eligibility } from "./assessors/eligibility.ts";
import { fraud } from "./assessors/fraud.ts";
import { rateComparison } from "./assessors/rate-comparison.ts";
import { claimSchema, sampleClaim } from "./claim.ts";
import { claimViewSchema } from "./claim-view.ts";
import { decisionRecordSchema } from "./decision.ts";
import { claimHistorySchema, historyEntrySchema } from "./history.ts";
import { jsonSerde, nothing } from "./json-serde.ts";
import { reviewAnswerSchema, reviewRequestSchema, reviewResultSchema } from "./review.ts";
import { ruleDocumentSchema } from "./rules.ts";
import { stored } from "./stored.ts";
import {
  timelinePageSchema,
  timelineQuerySchema,
  timelineReportSchema,
  troubleReportSchema,
} from "./timeline.ts";

const claimIn = jsonSerde(claimSchema, sampleClaim);
const textOut = jsonSerde(z.string());

/** A claim's life, from submission to decision. Key: the claim's id. */
export const claimContract = iface.object("Claim", {
  submit: iface.serdes({
    input: claimIn,
    output: jsonSerde(stored(decisionRecordSchema)),
    description: "Takes a claim to its decision; a second call gives the recorded one",
  }),
  get: iface.shared.serdes({
    input: nothing,
    output: jsonSerde(stored(claimViewSchema)),
    description: "Where the claim stands",
  }),
  decide: iface.shared.serdes({
    input: jsonSerde(reviewAnswerSchema, { outcome: "approve", note: "bill checked", reviewer: "r.diaz" }),
    output: nothing,
    description: "A reviewer's answer",
  }),
  reassess: iface.shared.serdes({
    input: nothing,
    output: nothing,
    description: "Lets a claim in review begin again, on the rules of today",
  }),
  withdraw: iface.shared.serdes({
    input: nothing,
    output: nothing,
    description: "Ends the claim's assessment",
  }),
});

/** What happened to a claim. Key: the claim's id. */
export const claimTimelineContract = iface.object("ClaimTimeline", {
  append: iface.serdes({
    input: jsonSerde(stored(timelineReportSchema, { unknownKinds: true })),
    output: nothing,
  }),
  events: iface.shared.serdes({
    input: jsonSerde(stored(timelineQuerySchema), { after: 0 }),
    output: jsonSerde(stored(timelinePageSchema, { unknownKinds: true })),
    description: "The events after one already seen; waits for the next one when asked to",
  }),
  subscribe: iface.serdes({
    input: jsonSerde(
      stored(z.strictObject({ after: z.number().int().min(0), awakeableId: z.string(), until: z.number() })),
    ),
    output: nothing,
    description: "Internal: wakes a waiting events call at the next append",
  }),
  observe: iface.serdes({
    input: jsonSerde(stored(troubleReportSchema, { unknownKinds: true })),
    output: nothing,
    description: "Adds an entry when the claim gets into trouble, and one when it goes on",
  }),
});

const claimAgent = <P extends string>(name: P, description: string) =>
  iface.service(name, { run: iface.serdes({ input: claimIn, output: textOut, description }) });

export const parallelAgentClaimApprovalContract = claimAgent(
  "ParallelAgentClaimApproval",
  "Three agents assess the claim in parallel, then a decision agent decides",
);

export const remoteMultiAgentClaimApprovalContract = claimAgent(
  "RemoteMultiAgentClaimApproval",
  "A model decides, calling the eligibility and fraud agents as tools",
);

export const parallelToolClaimAgentContract = claimAgent(
  "ParallelToolClaimAgent",
  "A model decides; its one tool has three agents assess the claim in parallel",
);

/** Claims of a customer's session, decided by the specialist who had the last one. Key: the session. */
export const multiAgentClaimApprovalContract = iface.object("MultiAgentClaimApproval", {
  run: iface.serdes({
    input: claimIn,
    output: textOut,
    description: "An intake agent hands the claim to a specialist, who decides",
  }),
});

const messageSchema = z.strictObject({
  message: z.string().trim().min(1, "must not be empty").max(20_000),
});
const billIn = jsonSerde(messageSchema, {
  message: "Process my hospital bill of 3000USD for a broken leg.",
});

const billAgent = <P extends string>(name: P, description: string) =>
  iface.service(name, { run: iface.serdes({ input: billIn, output: textOut, description }) });

export const humanClaimApprovalAgentContract = billAgent(
  "HumanClaimApprovalAgent",
  "Decides about a claim given in prose; asks a person about a large one, and waits for the answer",
);

export const humanClaimApprovalWithTimeoutsAgentContract = billAgent(
  "HumanClaimApprovalWithTimeoutsAgent",
  "The same, but evaluates the claim itself when nobody answers in time",
);

export const subWorkflowClaimApprovalAgentContract = billAgent(
  "SubWorkflowClaimApprovalAgent",
  "The same; the person is asked by HumanApprovalWorkflow, in another process",
);

export const eligibilityAgentContract = eligibility.contract;
export const rateComparisonAgentContract = rateComparison.contract;
export const fraudAgentContract = fraud.contract;

export const humanApprovalWorkflowContract = iface.service("HumanApprovalWorkflow", {
  requestApproval: iface.serdes({
    input: jsonSerde(stored(reviewRequestSchema), { claim: sampleClaim }),
    output: jsonSerde(stored(reviewResultSchema)),
    description: "Asks a person, and waits up to the SLA for the answer",
  }),
});

/**
 * One review's state, which makes the first answer count. Key: the review's id, which is the claim's where there is one.
 *
 * A claim keeps its review open from before its status is in review until it has ended; whoever asks a person
 * does so for as long as that person has to answer. An answer is taken all the while.
 */
export const reviewContract = iface.object("Review", {
  open: iface.serdes({
    input: jsonSerde(
      stored(
        z.strictObject({
          awakeableId: z
            .string()
            .describe("Of whoever asks; left out by a claim that keeps it open")
            .optional(),
          insteadOf: z.string().describe("The awakeable through which nonsense came").optional(),
        }),
      ),
    ),
    output: nothing,
    description: "Internal: a person is being asked, and answers through this awakeable",
  }),
  answer: iface.serdes({
    input: jsonSerde(reviewAnswerSchema, { outcome: "approve" }),
    output: nothing,
    description: "A person's answer; the first one counts",
  }),
  close: iface.serdes({
    input: jsonSerde(
      stored(
        z.strictObject({
          awakeableId: z.string().describe("Of whoever asked; left out by a claim that has ended").optional(),
          answer: reviewAnswerSchema.describe("What came through the awakeable's public line").optional(),
        }),
      ),
    ),
    output: jsonSerde(
      stored(
        z.strictObject({
          answer: reviewAnswerSchema.optional(),
          reassess: z.literal(true).describe("The claim begins again in place of an answer").optional(),
        }),
      ),
    ),
    description: "Internal: nobody is asked any more; returns the answer that counts",
  }),
  reassess: iface.serdes({
    input: nothing,
    output: nothing,
    description: "Internal: whoever asks is to begin again, if there is no answer",
  }),
});

/** The content of a file of rules that something was decided by, kept for good. Key: its version. */
export const rulesContract = iface.object("Rules", {
  keep: iface.serdes({
    input: jsonSerde(ruleDocumentSchema),
    output: nothing,
    description: "Internal: keeps the content of this version",
  }),
  get: iface.shared.serdes({
    input: nothing,
    output: jsonSerde(ruleDocumentSchema),
    description: "The content of this version",
  }),
});

/** What was claimed before under one policy or by one claimant. Key: a hash of which. */
export const claimHistoryContract = iface.object("ClaimHistory", {
  record: iface.serdes({
    input: jsonSerde(stored(historyEntrySchema)),
    output: jsonSerde(stored(claimHistorySchema)),
    description: "Adds a claim, and returns what was there before it",
  }),
});

/** A conversation. Key: the session's id. */
export const chatContract = iface.object("Chat", {
  message: iface.serdes({
    input: jsonSerde(messageSchema, { message: "Make a poem about durable execution." }),
    output: textOut,
    description: "Answers a message, after those that came before it",
  }),
  submit: iface.shared.serdes({
    input: jsonSerde(
      messageSchema.extend({
        ifBusy: z
          .enum(["queue", "reject", "interrupt"])
          .default("queue")
          .describe("What becomes of it while another message is being answered"),
      }),
      { message: "Shorten it to 2 lines.", ifBusy: "interrupt" },
    ),
    output: textOut,
    description: "Answers a message, which need not wait for those that came before it",
  }),
  get_history: iface.shared.serdes({
    input: nothing,
    output: jsonSerde(
      stored(z.array(z.strictObject({ role: z.enum(["user", "assistant"]), content: z.string() }))),
    ),
  }),
  clear: iface.serdes({ input: nothing, output: nothing }),
});
