// `@holdfast/durable-agents/approvals`: a person is asked, before a tool is called or by a handler.

export { type ApprovalAnswer, approvalAnswerSchema } from "./approval-answer.ts";
export {
  type ApprovalRequest,
  type ApprovalsOptions,
  type ApprovalTimeout,
  approvals,
} from "./approvals.ts";
export { type AnswerLine, type Asked, askPerson, type Question } from "./ask-person.ts";
