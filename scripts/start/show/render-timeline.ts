// A claim's timeline in words: one line an event, with the time since the first, who reports, and what.

import {
  assessors,
  type Claim,
  type DecidedBy,
  type DecisionRecord,
  dollars,
  type Proposal,
  type TimelineEvent,
} from "@holdfast/contracts";
import type { Paint } from "./terminal.ts";

type Entry = TimelineEvent["entry"];
type Words = readonly [who: string, what: string, ...reasons: string[]];

const assessing = Object.values(assessors);
const ASSESSORS_COLOURS = ["cyan", "blue", "magenta", "green"] as const;
/** The longest name fits. */
export const WHO_WIDTH = Math.max(...assessing.map(({ agent }) => agent.length)) + 1;
const TIME_WIDTH = 9;
const INDENT = " ".repeat(TIME_WIDTH + 2 + WHO_WIDTH + 1);

export function renderClaim(claim: Claim, claimId: string, paint: Paint): string[] {
  const { amount, category, reason, placeOfService, date } = claim;
  return [
    `${paint("bold", "A sample claim")}  ${dollars(amount)} · ${category} · ${reason} · ${placeOfService} · ${date}`,
    paint("dim", `                ${claimId}`),
  ];
}

/** @param startedAt when the first event happened, as an ISO date */
export function renderEvent({ at, entry }: TimelineEvent, startedAt: string, paint: Paint): string[] {
  const elapsed = Math.max(0, (Date.parse(at) - Date.parse(startedAt)) / 1000);
  const time = paint("dim", `+${elapsed.toFixed(2)}s`.padStart(TIME_WIDTH));
  const [who, what, ...reasons] = words(entry, paint);
  return [
    `${time}  ${paint(colourOf(who), who.padEnd(WHO_WIDTH))} ${what}`,
    ...reasons.map((reason) => INDENT + paint("dim", reason)),
  ];
}

export function renderDecision(decision: DecisionRecord, claim: Claim, paint: Paint): string[] {
  const approved = decision.status === "approved";
  const title = paint(
    [approved ? "green" : "red", "bold"],
    `${approved ? "✔" : "✖"} ${titleOf(decision, claim)}`,
  );
  return [
    `  ${title}  ${describeDecider(decision.decidedBy)}`,
    ...decision.reasons.map((reason) => `    ${reason}`),
  ];
}

function titleOf({ status, amount }: DecisionRecord, claim: Claim): string {
  if (status !== "approved") return status;
  const part = amount === claim.amount ? "" : ` of ${dollars(claim.amount)}`;
  return `approved: ${dollars(amount)}${part}`;
}

function words(entry: Entry, paint: Paint): Words {
  switch (entry.type) {
    case "received":
      return ["claim", "received"];
    case "assessing":
      return ["claim", `assessing: ${assessing.length} agents side by side`];
    case "agent_started":
      return [nameOf(entry.agent), paint("dim", "started")];
    case "agent_finished":
      if (!entry.finding) return [nameOf(entry.agent), "finished"];
      // What is proposed shows in the decision, with its reasons.
      return "outcome" in entry.finding
        ? [nameOf(entry.agent), describeProposal(entry.finding)]
        : [nameOf(entry.agent), describeFinding(entry.agent, entry.finding), ...entry.finding.reasons];
    case "agent_failed":
      return [nameOf(entry.agent), paint("red", "failed")];
    case "deciding":
      return ["claim", "deciding"];
    case "in_review":
      return ["claim", paint("yellow", "waits for a reviewer"), ...entry.why];
    case "review_unclear":
      return ["claim", paint("yellow", "the answer was not understood"), entry.rule];
    case "review_overdue":
      return ["claim", paint("yellow", "nobody has answered in time")];
    case "needs_attention":
      return ["claim", paint("red", "needs attention"), entry.trouble.reason, entry.trouble.remedy];
    case "resumed":
      return ["claim", "goes on"];
    case "reassessing":
      return ["claim", paint("yellow", "is assessed anew, on the rules of today")];
    case "decided":
      return ["claim", paint("bold", entry.decision.status)];
  }
}

function describeFinding(agent: string, finding: unknown): string {
  return assessing.find((one) => one.agent === agent)?.describe(finding) ?? "finished";
}

function describeProposal({ outcome, amount }: Proposal): string {
  switch (outcome) {
    case "approve":
      return `proposes to approve ${dollars(amount)}`;
    case "deny":
      return "proposes to deny";
    case "refer":
      return "proposes that a person decides";
  }
}

function describeDecider(by: DecidedBy): string {
  switch (by.kind) {
    case "coverage_plan":
      return "by the coverage plan";
    case "authority_matrix":
      return `by the model, within its authority of ${dollars(by.limit)}`;
    case "reviewer":
      return by.reviewer ? `by the reviewer ${by.reviewer}` : "by a reviewer";
    case "claimant":
      return "by the claimant, who withdrew it";
    case "failure":
      return "for good, as an agent did";
  }
}

function nameOf(agent: string): string {
  return agent === "decision" ? "decision agent" : agent;
}

function colourOf(who: string): Parameters<Paint>[0] {
  if (who === "decision agent") return "yellow";
  const place = assessing.findIndex(({ agent }) => agent === who);
  return ASSESSORS_COLOURS[place % ASSESSORS_COLOURS.length] ?? "bold";
}
