// Watches which claims are in trouble: asks Restate every few seconds, and reports to a claim's timeline when its trouble
// begins and ends. Each of several gateways reports the same; the timeline takes it once.

import { setTimeout as delay } from "node:timers/promises";
import { type FoundTrouble, findTroubles } from "@holdfast/claims/trouble";
import {
  type ClaimTrouble,
  claimTimelineContract,
  type TroubleKind,
  troubleKindSchema,
} from "@holdfast/contracts";
import { RestateAdmin } from "@holdfast/restate-admin";
import type { FastifyBaseLogger } from "fastify";
import { z } from "zod";
import type { Claims } from "./claims.ts";

export interface TroubleWatchOptions {
  /** Restate's admin API. */
  readonly adminUrl: string;
  /** How often Restate is asked, in milliseconds. */
  readonly everyMs: number;
  /** How long something that may pass by itself may last, in milliseconds. */
  readonly afterMs: number;
}

type Troubles = ReadonlyMap<string, FoundTrouble>;

const TIMEOUT_MS = 5_000;
// A claim goes on from an answer, or fails, within a fraction of a second, unless the machine is busy.
const AFTER_ANSWER_MS = 3_000;
const AFTER_ANSWER_POLL_MS = 100;

const OBSERVED = `SELECT service_key AS "claimId", value_utf8 AS observed FROM state
  WHERE service_name = '${claimTimelineContract.name}' AND key = 'observed'`;
const observedSchema = z.object({
  claimId: z.string(),
  observed: z
    .string()
    .transform((json): unknown => JSON.parse(json))
    .pipe(z.object({ kind: troubleKindSchema.optional() })),
});

export class TroubleWatch {
  readonly #options: TroubleWatchOptions;
  readonly #admin: RestateAdmin;
  #seen: Troubles = new Map();
  /** The trouble that claims' timelines have; what earlier gateways reported is read at the first look. */
  #reported: Map<string, TroubleKind> | undefined;

  constructor(options: TroubleWatchOptions) {
    this.#options = options;
    this.#admin = new RestateAdmin(options.adminUrl, { timeoutMs: TIMEOUT_MS });
  }

  /** The claims in trouble as they were last seen, by their ids. */
  get troubles(): Troubles {
    return this.#seen;
  }

  /** Watches until the signal is aborted. While Restate cannot be asked, which is logged once, what was seen last remains. */
  async run(claims: Claims, log: FastifyBaseLogger, signal: AbortSignal): Promise<void> {
    let failing = false;
    while (!signal.aborted) {
      try {
        this.#seen = await findTroubles(this.#admin, this.#options.afterMs, this.#seen);
        failing = false;
        await this.#report(claims);
      } catch (error) {
        const message = error instanceof Error ? error.message : String(error);
        if (!failing) log.warn(`claims in trouble cannot be seen: ${message}`);
        failing = true;
      }
      await delay(this.#options.everyMs, undefined, { signal }).catch(() => {});
    }
  }

  /**
   * Waits a moment for a claim to go on from a reviewer's answer.
   *
   * @returns its trouble, when it does not
   */
  async afterAnswer(claims: Claims, claimId: string): Promise<ClaimTrouble | undefined> {
    try {
      for (const deadline = Date.now() + AFTER_ANSWER_MS; ; ) {
        if ((await claims.view(claimId)).status !== "in_review") return undefined;
        // What may pass by itself is given the time until then.
        const isLast = Date.now() >= deadline;
        const found = await findTroubles(this.#admin, isLast ? 0 : this.#options.afterMs);
        if (isLast || found.has(claimId)) return found.get(claimId)?.trouble;
        await delay(AFTER_ANSWER_POLL_MS);
      }
    } catch {
      // The answer counts all the same.
      return undefined;
    }
  }

  async #report(claims: Claims): Promise<void> {
    this.#reported ??= await this.#reportedBefore();
    for (const [claimId, { trouble }] of this.#seen) {
      if (this.#reported.get(claimId) === trouble.kind) continue;
      await claims.reportTrouble(claimId, trouble);
      this.#reported.set(claimId, trouble.kind);
    }
    for (const claimId of this.#reported.keys()) {
      if (this.#seen.has(claimId)) continue;
      await claims.reportTrouble(claimId, undefined);
      this.#reported.delete(claimId);
    }
  }

  async #reportedBefore(): Promise<Map<string, TroubleKind>> {
    const rows = await this.#admin.query(OBSERVED, observedSchema);
    return new Map(rows.flatMap(({ claimId, observed: { kind } }) => (kind ? [[claimId, kind]] : [])));
  }
}
