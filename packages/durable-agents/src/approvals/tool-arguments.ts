// The arguments of a tool call, read as the tool will read them: a person is asked only about a call that can be made,
// and an edit must fit as the model's own arguments must.

// A tool's parser is not on the tool, whose `parameters` are but a JSON schema. The SDK opens it to runners other than
// its own by this entry point.
import { prepareFunctionToolInput } from "@openai/agents-core/utils/internal";
import { z } from "zod";
import type { FunctionTool } from "../agents/tools/tool-calls.ts";

export type ToolArguments =
  | { readonly valid: true; readonly value: unknown }
  /** `why` names fields and rules, never values. */
  | { readonly valid: false; readonly why: string };

/** @param input the arguments as JSON */
export function readArguments(tool: FunctionTool, input: string): ToolArguments {
  const prepared = prepareFunctionToolInput(tool, input);
  if (prepared) {
    const { result } = prepared;
    return result.success
      ? { valid: true, value: result.value }
      : { valid: false, why: brokenRules(result.error) };
  }
  // Of a tool that the SDK did not make, nothing more is known.
  try {
    return { valid: true, value: JSON.parse(input) };
  } catch {
    return { valid: false, why: NO_JSON };
  }
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
