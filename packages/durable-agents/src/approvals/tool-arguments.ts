// Says why arguments do not fit a tool: an edit by a reviewer must fit as the model's own arguments must.

import { z } from "zod";
import type { FunctionTool } from "../agents/plugin.ts";
import { readArguments } from "../agents/tools/approval-policy.ts";

/** Which fields break which rules, never their values; undefined when the arguments, JSON, fit. */
export function objectionTo(tool: FunctionTool, input: string): string | undefined {
  const read = readArguments(tool, input);
  return read.success ? undefined : brokenRules(read.error);
}

const NO_JSON = "they are no JSON";

// What zod and every Standard Schema report.
const issuesSchema = z.object({
  issues: z
    .array(
      z.object({ code: z.string().optional(), path: z.array(z.unknown()).default([]), message: z.string() }),
    )
    .min(1),
});

function brokenRules(error: unknown): string {
  const { data } = issuesSchema.safeParse(error);
  if (!data) return error instanceof SyntaxError ? NO_JSON : "they do not fit the tool's parameters";
  return data.issues
    .map(({ code, path, message }) => {
      // Its message repeats the names that were sent.
      const rule = code === "unrecognized_keys" ? "has unknown fields" : message;
      return [path.map(String).join("."), rule].filter((part) => part !== "").join(": ");
    })
    .join("; ");
}
