// The claims service as the gateway sees it: everything that is asked of Restate.

import { setTimeout as delay } from "node:timers/promises";
import { isDeepStrictEqual } from "node:util";
import {
  type Claim,
  type ClaimTrouble,
  type ClaimView,
  claimContract,
  claimTimelineContract,
  type ReviewAnswer,
  type TimelineEvent,
  type TimelineQuery,
} from "@holdfast/contracts";
import { connect, type Ingress, rpc } from "@restatedev/restate-sdk-clients";
import { HttpProblem } from "../http/problem.ts";
import { callRestate } from "../restate/call.ts";
import { findSubmission, SUBMISSION_KEY, type Submission } from "../restate/submission.ts";

export interface ClaimsOptions {
  readonly ingressUrl: string;
  /** How long one call of Restate may take, in milliseconds; long polls may wait on top. */
  readonly timeoutMs: number;
  /** Calls Restate; the global one by default. */
  readonly fetch?: typeof fetch | undefined;
}

// A claim that Restate has accepted is known to its object a few milliseconds later, unless the coordinator is busy.
const NOT_BEGUN_WAIT_MS = 2_000;
const NOT_BEGUN_POLL_MS = 50;
// A claim is accepted without the coordinator; looking for an earlier one under its key must not hold it up for long.
const EARLIER_CLAIM_WAIT_MS = 1_000;

/** Calls of the claims service. Each throws an HttpProblem when it fails, or the signal's reason when that is aborted. */
export class Claims {
  readonly #ingressUrl: string;
  readonly #timeoutMs: number;
  readonly #ingress: Ingress;

  constructor({ ingressUrl, timeoutMs, fetch }: ClaimsOptions) {
    this.#ingressUrl = ingressUrl;
    this.#timeoutMs = timeoutMs;
    this.#ingress = connect({
      url: ingressUrl,
      ...(fetch && { fetch }),
      // One more try, for a pooled connection that was closed meanwhile. It applies to what has an idempotency key.
      retry: { maxAttempts: 2, initialInterval: 100, maxDuration: timeoutMs },
    });
  }

  /** Submits a claim under an id that is new. */
  async submit(claimId: string, claim: Claim): Promise<void> {
    await this.#send(claimId, claim);
  }

  /**
   * Submits a claim under an id that may have been used before, by the same request or another one at this moment.
   *
   * Of several at once Restate accepts one, by the idempotency key; the others compare with what that one recorded.
   * Restate forgets the key a day after the claim has ended, so an earlier claim is looked for first.
   *
   * @throws HttpProblem 409 when the id has another claim
   */
  async submitOnce(claimId: string, claim: Claim): Promise<void> {
    const earlier = await this.#lookFor(claimId);
    if (earlier) return assertSame(earlier.claim, claim);
    const { status } = await this.#send(claimId, claim);
    if (status === "Accepted") return;
    const first = await this.#begun(
      claimId,
      () => this.#get(claimId),
      (refusal) => refusal,
    );
    assertSame(first.claim, claim);
  }

  /** Where a claim stands. */
  view(claimId: string): Promise<ClaimView> {
    return this.#begun(claimId, () => this.#get(claimId));
  }

  /** Hands over a reviewer's answer. */
  decide(claimId: string, answer: ReviewAnswer): Promise<void> {
    return this.#begun(claimId, () =>
      this.#call((signal) =>
        this.#ingress.client(claimContract, claimId).decide(answer, rpc.opts({ signal })),
      ),
    );
  }

  /** Lets a claim in review begin again on the rules of today. */
  reassess(claimId: string): Promise<void> {
    return this.#begun(claimId, () =>
      this.#call((signal) => this.#ingress.client(claimContract, claimId).reassess(rpc.opts({ signal }))),
    );
  }

  withdraw(claimId: string): Promise<void> {
    return this.#begun(claimId, () =>
      this.#call((signal) => this.#ingress.client(claimContract, claimId).withdraw(rpc.opts({ signal }))),
    );
  }

  /** Reports to a claim's timeline what is seen of its trouble. */
  async reportTrouble(claimId: string, trouble: ClaimTrouble | undefined): Promise<void> {
    const report = { at: new Date().toJSON(), ...(trouble && { trouble }) };
    await this.#call((signal) =>
      this.#ingress.sendClient(claimTimelineContract, claimId).observe(report, rpc.sendOpts({ signal })),
    );
  }

  /** The events of a claim's timeline after one already seen; none of a claim that is unknown. */
  events(claimId: string, query: TimelineQuery, signal?: AbortSignal): Promise<TimelineEvent[]> {
    return callRestate(
      (ended) =>
        this.#ingress.client(claimTimelineContract, claimId).events(query, rpc.opts({ signal: ended })),
      { timeoutMs: this.#timeoutMs + (query.waitMs ?? 0), signal },
    );
  }

  /** Whether there is such a claim, be it only accepted so far. */
  async exists(claimId: string, signal?: AbortSignal): Promise<boolean> {
    try {
      await this.#get(claimId, { signal });
      return true;
    } catch (error) {
      if (!isNotFound(error)) throw error;
      const { state } = await this.#findSubmission(claimId, signal);
      return state === "pending" || state === "completed";
    }
  }

  #send(claimId: string, claim: Claim) {
    return this.#call((signal) =>
      this.#ingress
        .sendClient(claimContract, claimId)
        .submit(claim, rpc.sendOpts({ idempotencyKey: SUBMISSION_KEY, signal })),
    );
  }

  #get(
    claimId: string,
    { timeoutMs = this.#timeoutMs, signal }: { timeoutMs?: number; signal?: AbortSignal | undefined } = {},
  ): Promise<ClaimView> {
    return callRestate(
      (ended) => this.#ingress.client(claimContract, claimId).get(rpc.opts({ signal: ended })),
      { timeoutMs, signal },
    );
  }

  async #lookFor(claimId: string): Promise<ClaimView | undefined> {
    try {
      return await this.#get(claimId, { timeoutMs: Math.min(EARLIER_CLAIM_WAIT_MS, this.#timeoutMs) });
    } catch (error) {
      // No answer in time: Restate is there and the coordinator is not. The idempotency key decides then.
      if (isNotFound(error) || (error instanceof HttpProblem && error.kind === "timeout")) return undefined;
      throw error;
    }
  }

  /** Calls a claim; when it is accepted but does not know of itself yet, again until it does. */
  async #begun<T>(
    claimId: string,
    call: () => Promise<T>,
    whenRefused: (refusal: HttpProblem) => HttpProblem = (refusal) =>
      new HttpProblem("not-found", `The claim was refused: ${refusal.message}`),
  ): Promise<T> {
    const deadline = Date.now() + NOT_BEGUN_WAIT_MS;
    for (;;) {
      try {
        return await call();
      } catch (error) {
        if (!isNotFound(error)) throw error;
        const submission = await this.#findSubmission(claimId);
        if (submission.state === "refused") throw whenRefused(submission.problem);
        if (submission.state === "unknown") throw error;
        if (submission.state === "completed") return await call();
      }
      if (Date.now() >= deadline) {
        throw new HttpProblem("unavailable", "The claim is accepted and its assessment has not begun", {
          retryAfter: 1,
        });
      }
      await delay(NOT_BEGUN_POLL_MS);
    }
  }

  #findSubmission(claimId: string, signal?: AbortSignal): Promise<Submission> {
    return callRestate((ended) => findSubmission(this.#ingressUrl, claimId, ended), {
      timeoutMs: this.#timeoutMs,
      signal,
    });
  }

  #call<T>(call: (signal: AbortSignal) => PromiseLike<T>): Promise<T> {
    return callRestate(call, { timeoutMs: this.#timeoutMs });
  }
}

function isNotFound(error: unknown): boolean {
  return error instanceof HttpProblem && error.kind === "not-found";
}

function assertSame(recorded: Claim, claim: Claim): void {
  if (isDeepStrictEqual(recorded, claim)) return;
  throw new HttpProblem("conflict", "This Idempotency-Key has been used for another claim; choose a new one");
}
