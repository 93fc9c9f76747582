// `@holdfast/durable-agents/approvals`: a person is asked before a tool is called.

export { type ApprovalAnswer, approvalAnswerSchema } from "./approval-answer.ts";
export { approvals } from "./approvals.ts";
export type { ApprovalRequest, ApprovalsOptions, ApprovalTimeout } from "./ask-for-approval.ts";
