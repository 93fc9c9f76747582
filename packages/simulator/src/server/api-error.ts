/** OpenAI's error body, for what a client got wrong and for errors that are injected. */
import type { z } from "zod";

export interface ApiErrorBody {
  error: { message: string; type: string; param: string | null; code: string | null };
}

const INVALID = "invalid_request_error";

const KNOWN: Record<number, [type: string, code: string | null, message: string]> = {
  400: [INVALID, null, "the request is invalid"],
  401: [INVALID, "invalid_api_key", "incorrect API key provided"],
  403: [INVALID, "unsupported_country_region_territory", "access is not allowed"],
  404: [INVALID, "model_not_found", "the model does not exist"],
  408: ["server_error", null, "the request timed out"],
  409: [INVALID, null, "the request conflicts with another"],
  422: [INVALID, null, "the request cannot be processed"],
  429: ["requests", "rate_limit_exceeded", "rate limit reached for requests"],
  503: ["server_error", "server_is_overloaded", "the server is overloaded"],
};

export function errorBody(message: string, type = INVALID, code: string | null = null): ApiErrorBody {
  return { error: { message, type, param: null, code } };
}

/** The error body of a `status` fault. */
export function statusError(status: number, code?: string): ApiErrorBody {
  const [type, usual, message] = KNOWN[status] ?? ["server_error", null, "the server had an error"];
  const why = code === "content_filter" ? "the prompt was stopped by the content filter" : message;
  return errorBody(`Simulated: ${why}.`, type, code ?? usual);
}

/** A body that fails validation; `body` names the field and the rule, never the value. */
export class InvalidBody extends Error {
  readonly body: ApiErrorBody;

  constructor({ issues }: z.ZodError) {
    // Of a union's branches, the one that got furthest is the one that was meant.
    const [issue] = flatten(issues, []).toSorted((a, b) => b.path.length - a.path.length);
    const field = issue?.path.map(String).join(".") ?? "";
    super(`Invalid ${field === "" ? "request body" : `value for '${field}'`}: ${issue?.message}`);
    this.body = { error: { ...errorBody(this.message).error, param: field || null } };
  }
}

/** @throws InvalidBody which the server answers with status 400 */
export function readBody<T>(schema: z.ZodType<T>, body: unknown): T {
  const parsed = schema.safeParse(body ?? {});
  if (!parsed.success) throw new InvalidBody(parsed.error);
  return parsed.data;
}

type Issues = readonly z.core.$ZodIssue[];

function flatten(issues: Issues, base: PropertyKey[]): { path: PropertyKey[]; message: string }[] {
  return issues.flatMap((issue) => {
    const path = [...base, ...issue.path];
    const branches: Issues[] = issue.code === "invalid_union" ? issue.errors : [];
    return [{ path, message: issue.message }, ...branches.flatMap((branch) => flatten(branch, path))];
  });
}
