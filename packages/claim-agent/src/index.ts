export { type AskPerson, type ClaimApprover, claimApprover } from "./claim-approver.ts";
export { partOf } from "./part-of.ts";
export { report, reportAt, reporting } from "./report.ts";
