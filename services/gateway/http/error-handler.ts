// Turns whatever was thrown into a problem. fastify's own messages are replaced: some quote the request.

import type { FastifyReply, FastifyRequest } from "fastify";
import { HttpProblem, invalidRequest, PROBLEM_CONTENT_TYPE } from "./problem.ts";

/** The largest body that is read. A claim is far smaller; room above it lets a long text be named as such. */
export const BODY_LIMIT = 2 * 1024 * 1024;

/** Replies to any error. */
export function handleError(error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const problem = problemOf(error);
  if (problem.kind === "internal-error") request.log.error({ err: error }, "request failed");
  else if (problem.statusCode >= 500) request.log.warn({ kind: problem.kind }, problem.message);
  return sendProblem(problem, request, reply);
}

/** Replies to requests for what is not there. */
export function handleNotFound(request: FastifyRequest, reply: FastifyReply): FastifyReply {
  return sendProblem(
    new HttpProblem("not-found", "There is no such path, or not with this method"),
    request,
    reply,
  );
}

function sendProblem(problem: HttpProblem, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  return reply
    .code(problem.statusCode)
    .headers(problem.headers)
    .type(PROBLEM_CONTENT_TYPE)
    .send(problem.toBody(request.id));
}

/** What an error is to the client. */
function problemOf(error: unknown): HttpProblem {
  if (error instanceof HttpProblem) return error;
  const { code, statusCode } = fastifyError(error);
  switch (code) {
    case "FST_ERR_CTP_BODY_TOO_LARGE":
      return new HttpProblem("body-too-large", `The body must be at most ${BODY_LIMIT} bytes`);
    case "FST_ERR_CTP_INVALID_MEDIA_TYPE":
      return new HttpProblem("unsupported-media-type", "The body must be sent as application/json");
    case "FST_ERR_BAD_URL":
      return invalidRequest([{ field: "", rule: "the path is not a valid one" }]);
  }
  if (code.startsWith("FST_BEARER_AUTH_")) {
    return new HttpProblem("unauthorized", "Send the header Authorization: Bearer followed by the token");
  }
  // The rate limiter has set Retry-After itself.
  if (statusCode === 429) return new HttpProblem("too-many-requests", "Wait as long as Retry-After says");
  if (statusCode >= 400 && statusCode < 500) {
    return invalidRequest([{ field: "", rule: "the request cannot be read" }]);
  }
  return new HttpProblem(
    "internal-error",
    "The gateway failed; its logs name the cause, under this instance",
  );
}

function fastifyError(error: unknown): { readonly code: string; readonly statusCode: number } {
  if (!(error instanceof Error)) return { code: "", statusCode: 500 };
  return {
    code: "code" in error && typeof error.code === "string" ? error.code : "",
    statusCode: "statusCode" in error && typeof error.statusCode === "number" ? error.statusCode : 500,
  };
}
