export { type AskPerson, type ClaimApprover, claimApprover } from "./claim-approver.ts";
export { report, reportAt, reporting } from "./report.ts";
