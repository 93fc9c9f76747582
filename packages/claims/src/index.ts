export { type AskPerson, type ClaimApprover, claimApprover } from "./claim-approver.ts";
export { keepRules, type Pinned, pinRules } from "./pinned-rules.ts";
export { report, reportAt, reporting } from "./report.ts";
