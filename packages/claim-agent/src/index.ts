export { report, reporting } from "./report.ts";
