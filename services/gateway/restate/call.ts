// One call of Restate's ingress, with a time limit, whose failures are problems.

import { InvalidInputError } from "@holdfast/contracts";
import { HttpCallError } from "@restatedev/restate-sdk-clients";
import { z } from "zod";
import { HttpProblem, type ProblemKind } from "../http/problem.ts";

const RETRY_AFTER_S = 5;

/**
 * Calls Restate.
 *
 * @param call gets the signal that ends it, which it must hand to the client
 * @throws HttpProblem for every failure, or the signal's reason once the caller's own signal is aborted
 */
export async function callRestate<T>(
  call: (signal: AbortSignal) => PromiseLike<T>,
  options: { readonly timeoutMs: number; readonly signal?: AbortSignal | undefined },
): Promise<T> {
  const deadline = AbortSignal.timeout(options.timeoutMs);
  try {
    return await call(options.signal ? AbortSignal.any([options.signal, deadline]) : deadline);
  } catch (error) {
    options.signal?.throwIfAborted();
    throw restateProblem(error);
  }
}

/** What an error of the ingress client is to the gateway's client. */
function restateProblem(error: unknown): unknown {
  if (error instanceof HttpProblem) return error;
  if (error instanceof HttpCallError) return answerProblem(error.status, error.responseText);
  if (error instanceof InvalidInputError) {
    return failed("The claims service's answer is not what its contract says", error);
  }
  if (error instanceof DOMException && error.name === "TimeoutError") {
    return new HttpProblem(
      "timeout",
      "No answer in time; if it was to change something, look at the claim before sending it again",
      { retryAfter: RETRY_AFTER_S, cause: error },
    );
  }
  // What fetch throws for a connection that is refused or breaks.
  if (error instanceof TypeError) return unavailable("Restate cannot be reached; try again", error);
  return error;
}

const answerSchema = z.object({ message: z.string(), source: z.string() });

/** What an HTTP error of the ingress is to the gateway's client. */
export function answerProblem(status: number, body: string): HttpProblem {
  const answer = readAnswer(body);
  // The handler's own words, which by the house's rule never quote their input.
  if (answer?.source === "invocation") {
    const kind = HANDLER_KINDS[status];
    return kind ? new HttpProblem(kind, answer.message) : failed(`The claims service ended with ${status}`);
  }
  // The ingress's words can name services and addresses; they stay here.
  if (status === 404) return unavailable("The claims service has not been registered with Restate yet");
  if (status === 429 || status >= 502) return unavailable(`Restate answered ${status}; try again`);
  return failed(`Restate answered ${status}`);
}

const HANDLER_KINDS: Readonly<Record<number, ProblemKind>> = {
  400: "invalid-request",
  404: "not-found",
  409: "conflict",
  422: "unacceptable",
};

function readAnswer(body: string): z.output<typeof answerSchema> | undefined {
  try {
    return answerSchema.safeParse(JSON.parse(body)).data;
  } catch {
    return undefined;
  }
}

function unavailable(detail: string, cause?: unknown): HttpProblem {
  return new HttpProblem("unavailable", detail, { retryAfter: RETRY_AFTER_S, cause });
}

function failed(detail: string, cause?: unknown): HttpProblem {
  return new HttpProblem("claims-service-failed", detail, { cause });
}
