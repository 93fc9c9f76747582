// Every error that leaves the gateway: an RFC 9457 problem, which names fields and rules and never what was sent.

import type { Problem as InputProblem } from "@holdfast/contracts";
import { z } from "zod";

export const PROBLEM_CONTENT_TYPE = "application/problem+json";

/** The body of an error. */
export const problemSchema = z.object({
  type: z.string().describe("What kind of problem it is, as a URN that does not change"),
  title: z.string().describe("The kind in words"),
  status: z.number().int(),
  detail: z.string().describe("What is wrong with this request, and what to do about it"),
  instance: z.string().describe("This request's id, which is in the gateway's logs too"),
  errors: z
    .array(z.object({ field: z.string(), rule: z.string() }))
    .describe("Which field breaks which rule; an empty field is the whole input")
    .optional(),
});
export type ProblemBody = z.output<typeof problemSchema>;

const KINDS = {
  "invalid-request": [400, "The request is not valid"],
  unauthorized: [401, "A bearer token is needed"],
  "not-found": [404, "There is no such thing"],
  conflict: [409, "The request conflicts with what is recorded"],
  "body-too-large": [413, "The body is too large"],
  "unsupported-media-type": [415, "The body's type is not supported"],
  "unknown-category": [422, "The coverage plan has no such category"],
  unacceptable: [422, "The claim cannot be accepted"],
  "too-many-requests": [429, "Too many requests"],
  "internal-error": [500, "The gateway failed"],
  "claims-service-failed": [502, "The claims service failed"],
  unavailable: [503, "The claims service cannot be reached"],
  timeout: [504, "The claims service did not answer in time"],
} as const satisfies Record<string, readonly [status: number, title: string]>;
export type ProblemKind = keyof typeof KINDS;

export interface ProblemDetails {
  readonly errors?: readonly InputProblem[];
  /** Seconds after which it makes sense to ask again. */
  readonly retryAfter?: number;
  readonly cause?: unknown;
}

/** An error with everything its reply needs. Its message is safe to show and to log. */
export class HttpProblem extends Error {
  readonly kind: ProblemKind;
  /** Named as fastify expects it. */
  readonly statusCode: number;
  readonly errors: readonly InputProblem[] | undefined;
  readonly headers: Readonly<Record<string, string>>;

  constructor(kind: ProblemKind, detail: string, { errors, retryAfter, cause }: ProblemDetails = {}) {
    super(detail, { cause });
    this.name = "HttpProblem";
    this.kind = kind;
    this.statusCode = KINDS[kind][0];
    this.errors = errors;
    this.headers = {
      ...(retryAfter !== undefined && { "retry-after": String(retryAfter) }),
      ...(kind === "unauthorized" && { "www-authenticate": "Bearer" }),
    };
  }

  /** @param requestId a UUID */
  toBody(requestId: string): ProblemBody {
    return {
      type: `urn:holdfast:problem:${this.kind}`,
      title: KINDS[this.kind][1],
      status: this.statusCode,
      detail: this.message,
      instance: `urn:uuid:${requestId}`,
      ...(this.errors && { errors: [...this.errors] }),
    };
  }
}

/** Something in the request breaks a rule. */
export function invalidRequest(errors: readonly InputProblem[]): HttpProblem {
  const detail = errors.map(({ field, rule }) => (field ? `${field}: ${rule}` : rule)).join("; ");
  return new HttpProblem("invalid-request", detail, { errors });
}

/** How each route describes its errors in the OpenAPI document. */
export const problemResponse = {
  description: "A problem (RFC 9457)",
  content: { [PROBLEM_CONTENT_TYPE]: { schema: problemSchema } },
};
