// Asks Restate about a claim's submission, which it accepts before the claim's object has it.

import { HttpCallError } from "@restatedev/restate-sdk-clients";
import type { HttpProblem } from "../http/problem.ts";
import { answerProblem } from "./call.ts";

/**
 * The idempotency key of every claim's `submit`. It is the same for all: Restate's keys belong to one handler of one
 * object, so this makes the gateway's submission of a claim a single one, and lets it be found by the claim's id.
 */
export const SUBMISSION_KEY = "gateway";

const NOT_COMPLETED = 470;

export type Submission =
  | { readonly state: "unknown" | "pending" | "completed" }
  | { readonly state: "refused"; readonly problem: HttpProblem };

/** Asks Restate how a claim's submission stands. @throws HttpProblem, or what fetch throws */
export async function findSubmission(
  ingressUrl: string,
  claimId: string,
  signal: AbortSignal,
): Promise<Submission> {
  const path = `/restate/invocation/Claim/${encodeURIComponent(claimId)}/submit/${SUBMISSION_KEY}/output`;
  const response = await fetch(ingressUrl + path, { signal });
  const body = await response.text();
  if (response.ok) return { state: "completed" };
  if (response.status === NOT_COMPLETED) return { state: "pending" };
  if (response.headers.get("x-restate-error-source") === "invocation") {
    return { state: "refused", problem: answerProblem(response.status, body) };
  }
  if (response.status === 404) return { state: "unknown" };
  throw new HttpCallError(response.status, body, `Restate answered ${response.status}`);
}
