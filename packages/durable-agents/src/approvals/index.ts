// `@holdfast/durable-agents/approvals`: a person is asked, before a tool is called or by a handler.

export { type ApprovalAnswer, approvalAnswerSchema } from "./approval-answer.ts";
export { approvals } from "./approvals.ts";
export type { ApprovalRequest, ApprovalsOptions, ApprovalTimeout } from "./ask-for-approval.ts";
export { type AnswerLine, type Asked, askPerson, type Question } from "./ask-person.ts";
