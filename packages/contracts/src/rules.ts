// The rules that claims are decided by, as they are kept.

import { z } from "zod";

/** The content of a file of rules: the coverage plan, the authority matrix, the standard rates. */
export const ruleDocumentSchema = z.record(z.string(), z.json());
export type RuleDocument = z.output<typeof ruleDocumentSchema>;

/** The version of a file of rules: a hash of its content. */
export const rulesVersionSchema = z.string().regex(/^[0-9a-f]{32}$/, "must be 32 hexadecimal digits");
