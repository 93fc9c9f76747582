// `@holdfast/durable-agents/approvals`: a person is asked before a tool is called.

export { type ApprovalAnswer, approvalAnswerSchema } from "./approval-answer.ts";
export type { ApprovalRequest, Approvals, ApprovalTimeout } from "./approvals.ts";
