/** OpenAI's error body, for what a client got wrong and for errors that are injected. */
import type { z } from "zod";

/** OpenAI's error body. */
export interface ApiErrorBody {
  error: { message: string; type: string; param: string | null; code: string | null };
}

const KNOWN: Record<number, { type: string; code: string | null; message: string }> = {
  400: { type: "invalid_request_error", code: null, message: "Simulated: the request is invalid." },
  401: {
    type: "invalid_request_error",
    code: "invalid_api_key",
    message: "Simulated: incorrect API key provided.",
  },
  403: {
    type: "invalid_request_error",
    code: "unsupported_country_region_territory",
    message: "Simulated: access is not allowed.",
  },
  404: {
    type: "invalid_request_error",
    code: "model_not_found",
    message: "Simulated: the model does not exist.",
  },
  408: { type: "server_error", code: null, message: "Simulated: the request timed out." },
  409: {
    type: "invalid_request_error",
    code: null,
    message: "Simulated: the request conflicts with another.",
  },
  422: { type: "invalid_request_error", code: null, message: "Simulated: the request cannot be processed." },
  429: {
    type: "requests",
    code: "rate_limit_exceeded",
    message: "Simulated: rate limit reached for requests.",
  },
  503: {
    type: "server_error",
    code: "server_is_overloaded",
    message: "Simulated: the server is overloaded.",
  },
};

/** The error body of a `status` fault, in OpenAI's shape. */
export function statusError(status: number, code?: string): ApiErrorBody {
  const known = KNOWN[status] ?? {
    type: "server_error",
    code: null,
    message: "Simulated: the server had an error.",
  };
  const message =
    code === "content_filter" ? "Simulated: the prompt was stopped by the content filter." : known.message;
  return { error: { message, type: known.type, param: null, code: code ?? known.code } };
}

/** The error body of a request that fails validation: names the field and the rule, never the value. */
export function invalidRequest(error: z.ZodError): ApiErrorBody {
  const { path, message } = deepestIssue(error.issues, []);
  const field = path.map(String).join(".");
  const text = field === "" ? `Invalid request body: ${message}` : `Invalid value for '${field}': ${message}`;
  return { error: { message: text, type: "invalid_request_error", param: field || null, code: null } };
}

interface Located {
  path: PropertyKey[];
  message: string;
}

// Of a union's branches, the one that got furthest is the one that was meant.
function deepestIssue(issues: readonly z.core.$ZodIssue[], base: PropertyKey[]): Located {
  const located = issues.map((issue): Located => {
    const path = [...base, ...issue.path];
    const branches = issue.code === "invalid_union" ? issue.errors : [];
    const inner = branches.filter((branch) => branch.length > 0).map((branch) => deepestIssue(branch, path));
    return inner.reduce((best, next) => (next.path.length > best.path.length ? next : best), {
      path,
      message: issue.message,
    });
  });
  return located.reduce((best, next) => (next.path.length > best.path.length ? next : best));
}
