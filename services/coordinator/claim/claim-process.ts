// A claim's life: received, assessing, deciding, in review, and its end.

import { keepRules, report, reportAt, reporting } from "@holdfast/claims";
import {
  type Claim,
  type ClaimStatus,
  type DecidedBy,
  type DecisionRecord,
  type FinalStatus,
  humanApprovalWorkflowContract,
  type KnownFindings,
  type Proposal,
  type ReviewAnswer,
  reviewContract,
} from "@holdfast/contracts";
import type { DurableContext } from "@holdfast/durable-agents";
import type { AgentModels } from "@holdfast/service-kit/models";
import type { ObjectContext } from "@restatedev/restate-sdk";
import { type Rules, type Ruling, rule } from "../decision/authority-matrix.ts";
import { type decisionAgent, propose } from "../decision/decision-agent.ts";
import { type PinnedClaim, pinClaim } from "./admit-claim.ts";
import { assess } from "./assess.ts";
import { write } from "./claim-record.ts";
import { recordOutcome } from "./record-outcome.ts";

export interface ClaimProcessOptions {
  readonly restate: ObjectContext;
  readonly ctx: DurableContext;
  readonly claim: Claim;
  /** An ISO 8601 time. */
  readonly submittedAt: string;
  readonly pinned: PinnedClaim;
  /** Of this process: what the claim is ruled by when it begins again. */
  readonly rules: Rules;
  readonly models: AgentModels;
  readonly agent: ReturnType<typeof decisionAgent>;
}

// Once nobody has answered in time and the model may not decide either, the claim waits for its reviewer. It asks
// again after this long.
const OVERDUE_REVIEW_MS = 30 * 24 * 60 * 60 * 1000;

export class ClaimProcess {
  readonly #options: ClaimProcessOptions;
  readonly #claimId: string;
  #pinned: PinnedClaim;
  #findings: KnownFindings | undefined;
  #proposal: Proposal | undefined;
  #ruledBy: DecisionRecord["rules"];
  #reviewIsOpen = false;

  constructor(options: ClaimProcessOptions) {
    this.#options = options;
    this.#claimId = options.restate.key;
    this.#pinned = options.pinned;
  }

  async run(): Promise<DecisionRecord> {
    this.#enter("received");
    await report(this.#options.ctx, this.#claimId, { type: "received" });
    return this.#assess();
  }

  async #assess(): Promise<DecisionRecord> {
    const { ctx, claim, restate } = this.#options;
    this.#enter("assessing");
    await report(ctx, this.#claimId, { type: "assessing" });
    this.#findings = await assess(ctx, this.#pinned, claim, this.#claimId);
    write(restate, "findings", this.#findings);
    this.#enter("deciding");
    await report(ctx, this.#claimId, { type: "deciding" });
    const ruling = await this.#rule(this.#findings);
    return ruling.kind === "refer" ? this.#review(this.#findings, ruling.why) : this.#apply(ruling);
  }

  /** Ends the claim: records the decision and reports it to the timeline. */
  async end(
    status: FinalStatus,
    decidedBy: DecidedBy,
    reasons: readonly string[],
    amount = 0,
  ): Promise<DecisionRecord> {
    const { ctx, restate, submittedAt } = this.#options;
    const record = (decidedAt: string): DecisionRecord => ({
      claimId: this.#claimId,
      status,
      amount,
      decidedBy,
      reasons: [...reasons],
      ...(this.#proposal && { proposal: this.#proposal }),
      ...(this.#findings && { findings: this.#findings }),
      ...(this.#ruledBy && { rules: this.#ruledBy }),
      decidedAt,
    });
    const decision = await ctx.runPatched(
      "decide",
      () => record(new Date().toJSON()),
      async () => record(await ctx.date.toJSON()),
    );
    // From here on nothing is waited for: a cancellation comes before a decision or after it, never into it.
    write(restate, "decision", decision);
    this.#enter(decision.status);
    reportAt(ctx, this.#claimId, decision.decidedAt, { type: "decided", decision });
    if (this.#reviewIsOpen) ctx.sendClient(reviewContract, this.#claimId).close({});
    recordOutcome(ctx, submittedAt, decision);
    return decision;
  }

  async #rule(findings: KnownFindings, note?: string): Promise<Ruling> {
    const { ctx, claim, agent, models } = this.#options;
    const pinned = this.#pinned;
    const proposal = await reporting(ctx, this.#claimId, "decision", () =>
      propose(ctx, agent, models, claim, findings, { note, claimId: this.#claimId }),
    );
    this.#proposal = proposal;
    const ruled = () => ({ ruling: rule(pinned.rules, claim, findings, proposal), model: models.model });
    // The words of a ruling are journaled: a claim waits in review with them, whatever a later version would say.
    const { ruling, model } = await ctx.runPatched("rule", ruled, ruled);
    if (pinned.versions) {
      const { plan, matrix } = pinned.versions;
      this.#ruledBy = { plan, matrix, model };
    }
    return ruling;
  }

  #apply(ruling: Exclude<Ruling, { kind: "refer" }>): Promise<DecisionRecord> {
    return ruling.kind === "deny"
      ? this.end("denied", { kind: "coverage_plan" }, ruling.reasons)
      : this.end(
          "approved",
          { kind: "authority_matrix", limit: ruling.limit },
          ruling.reasons,
          ruling.amount,
        );
  }

  async #review(findings: KnownFindings, why: string[]): Promise<DecisionRecord> {
    const { ctx, restate } = this.#options;
    const review = ctx.client(reviewContract, this.#claimId);
    // Before anybody can see that the claim is in review, so that answers are taken from then on.
    this.#reviewIsOpen = true;
    await review.open({});
    const since = await ctx.date.toJSON();
    write(restate, "review", { why, since, overdue: false });
    this.#enter("in_review");
    reportAt(ctx, this.#claimId, since, { type: "in_review", why });
    const first = await this.#ask(findings, why);
    if (first.status === "answered") return this.#answered(first.answer);
    if (first.reassess) return this.#reassess();

    write(restate, "review", { why, since, overdue: true });
    await report(ctx, this.#claimId, { type: "review_overdue" });
    const ruling = await this.#rule(findings, first.message);
    if (ruling.kind !== "refer") {
      // A person who answered while the model was asked again outranks it.
      const { answer } = await review.close({});
      return answer ? this.#answered(answer) : this.#apply(ruling);
    }
    // Beyond the model's authority still: the claim stays open for its reviewer, however late.
    write(restate, "review", { why: ruling.why, since, overdue: true });
    for (;;) {
      const late = await this.#ask(findings, ruling.why, OVERDUE_REVIEW_MS);
      if (late.status === "answered") return this.#answered(late.answer);
      if (late.reassess) return this.#reassess();
    }
  }

  /** Begins again, on the rules and with the agents of today. */
  async #reassess(): Promise<DecisionRecord> {
    const { ctx, restate, rules } = this.#options;
    const before = this.#pinned.versions;
    this.#pinned = await pinClaim(ctx, rules);
    keepRules(ctx, this.#pinned);
    const now = this.#pinned.versions;
    const changed = (["plan", "matrix"] as const).filter((name) => before?.[name] !== now?.[name]);
    await report(ctx, this.#claimId, { type: "reassessing", changed });
    // What it was ruled by before is nothing of a decision that comes now, such as a withdrawal.
    this.#findings = undefined;
    this.#proposal = undefined;
    this.#ruledBy = undefined;
    restate.clear("findings");
    restate.clear("review");
    return this.#assess();
  }

  #ask(findings: KnownFindings, why: string[], slaMs?: number) {
    const { ctx, claim } = this.#options;
    return ctx.client(humanApprovalWorkflowContract).requestApproval({
      claim,
      claimId: this.#claimId,
      findings,
      why,
      ...(this.#proposal && { proposal: this.#proposal }),
      ...(slaMs !== undefined && { slaMs }),
    });
  }

  #answered({ outcome, amount, note, reviewer }: ReviewAnswer): Promise<DecisionRecord> {
    const { claim } = this.#options;
    const reasons = [note || (outcome === "approve" ? "Approved by a reviewer." : "Denied by a reviewer.")];
    const decidedBy: DecidedBy = { kind: "reviewer", ...(reviewer !== undefined && { reviewer }) };
    return outcome === "approve"
      ? this.end("approved", decidedBy, reasons, Math.min(amount ?? claim.amount, claim.amount))
      : this.end("denied", decidedBy, reasons);
  }

  #enter(status: ClaimStatus): void {
    write(this.#options.restate, "status", status);
  }
}
