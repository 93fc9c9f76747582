export { type EligibilityFinding, eligibilityFindingSchema } from "./assessors/eligibility.ts";
export { type FraudFinding, fraudFindingSchema, type Risk, riskSchema } from "./assessors/fraud.ts";
export {
  type AssessorHandlers,
  assessors,
  type FindingName,
  type Findings,
  type KnownFindings,
  knownFindingsSchema,
} from "./assessors/index.ts";
export { type RateFinding, rateFindingSchema } from "./assessors/rate-comparison.ts";
export {
  type Assessment,
  amountSchema,
  assessmentSchema,
  type Claim,
  categorySchema,
  claimIdSchema,
  claimSchema,
  MAX_CLAIM_AMOUNT,
  sampleClaim,
} from "./claim.ts";
export { categoryProblem, dateProblem } from "./claim-rules.ts";
export { type ClaimTrouble, type TroubleKind, troubleKindSchema } from "./claim-trouble.ts";
export {
  type ClaimStatus,
  type ClaimView,
  claimHasEnded,
  claimStatusSchema,
  claimViewSchema,
} from "./claim-view.ts";
export {
  type DecidedBy,
  type DecisionRecord,
  decisionRecordSchema,
  type FinalStatus,
  MAX_NOTE_LENGTH,
  type Proposal,
  proposalSchema,
} from "./decision.ts";
export { dollars } from "./dollars.ts";
export { type ClaimHistory, claimHistorySchema, type HistoryEntry, historyEntrySchema } from "./history.ts";
export { InvalidInputError, jsonSerde, nothing, type Problem, parse, parseJson } from "./json-serde.ts";
export { clipReasons, modelReasonsSchema } from "./reasons.ts";
export {
  parseReviewAnswer,
  type ReviewAnswer,
  type ReviewRequest,
  type ReviewResult,
  reviewAnswerSchema,
  reviewRequestSchema,
  reviewResultSchema,
} from "./review.ts";
export type { RuleDocument } from "./rules.ts";
export {
  chatContract,
  claimContract,
  claimHistoryContract,
  claimTimelineContract,
  eligibilityAgentContract,
  fraudAgentContract,
  humanApprovalWorkflowContract,
  humanClaimApprovalAgentContract,
  humanClaimApprovalWithTimeoutsAgentContract,
  multiAgentClaimApprovalContract,
  parallelAgentClaimApprovalContract,
  parallelToolClaimAgentContract,
  rateComparisonAgentContract,
  remoteMultiAgentClaimApprovalContract,
  reviewContract,
  rulesContract,
  subWorkflowClaimApprovalAgentContract,
} from "./services.ts";
export { STORED_KEYWORD, type StoredOptions, stored } from "./stored.ts";
export {
  type TimelineAgent,
  type TimelineEntry,
  type TimelineEvent,
  type TimelineQuery,
  type TimelineReport,
  timelineEventSchema,
} from "./timeline.ts";
