export { report, reportAt, reporting } from "./report.ts";
