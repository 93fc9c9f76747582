import { type DecisionRecord, sampleClaim, type TimelineEvent } from "@holdfast/contracts";
import { describe, expect, it } from "vitest";
import { renderClaim, renderDecision, renderEvent, WHO_WIDTH } from "./render-timeline.ts";
import type { Paint } from "./terminal.ts";

const plain: Paint = (_, text) => text;
const startedAt = "2026-01-01T00:00:00.000Z";
const render = (entry: TimelineEvent["entry"], at = "2026-01-01T00:00:00.420Z") =>
  renderEvent({ seq: 1, at, entry }, startedAt, plain);

const who = (name: string) => name.padEnd(WHO_WIDTH + 1);

const decision: DecisionRecord = {
  claimId: "clm_1",
  status: "approved",
  amount: 3000,
  decidedBy: { kind: "authority_matrix", limit: 5000 },
  reasons: ["The plan covers it."],
  decidedAt: startedAt,
};

describe("an event", () => {
  it("has the time since the first one, who reports it, and what", () => {
    expect(render({ type: "received" }, startedAt)).toEqual([`   +0.00s  ${who("claim")}received`]);
    expect(render({ type: "agent_started", agent: "rate-comparison" })).toEqual([
      `   +0.42s  ${who("rate-comparison")}started`,
    ]);
    expect(render({ type: "deciding" }, "2026-01-01T03:00:00.000Z")[0]).toBe(
      `+10800.00s  ${who("claim")}deciding`,
    );
  });

  it("is never before the first one, whatever the reporters' clocks say", () => {
    expect(render({ type: "deciding" }, "2025-12-31T23:59:59.990Z")[0]).toContain("+0.00s");
  });

  it.each<[Extract<TimelineEvent["entry"], { type: "agent_finished" }>, string]>([
    [
      {
        type: "agent_finished",
        agent: "eligibility",
        finding: { eligible: true, coveredAmount: 3000, reasons: [] },
      },
      "eligible: yes, covered $3,000",
    ],
    [
      {
        type: "agent_finished",
        agent: "eligibility",
        finding: { eligible: false, coveredAmount: 0, reasons: [] },
      },
      "eligible: no",
    ],
    [
      {
        type: "agent_finished",
        agent: "rate-comparison",
        finding: { reasonable: false, standardRate: 3360.5, ratio: 2.126, reasons: [] },
      },
      "reasonable: no, 2.13 × the standard rate of $3,360.50",
    ],
    [{ type: "agent_finished", agent: "fraud", finding: { risk: "high", reasons: [] } }, "risk: high"],
    [
      {
        type: "agent_finished",
        agent: "decision",
        finding: { outcome: "refer", amount: 0, reasons: ["shown with the decision"] },
      },
      "proposes that a person decides",
    ],
  ])("tells a finding in words: %#", (entry, words) => {
    const lines = render(entry);
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatch(new RegExp(`  ${words.replace(/[$.]/g, "\\$&")}$`));
  });

  it("has a finding's reasons below it", () => {
    const finding = { risk: "low", reasons: ["No earlier claims.", "Nothing unusual."] } as const;
    expect(
      render({
        type: "agent_finished",
        agent: "fraud",
        finding: { ...finding, reasons: [...finding.reasons] },
      }),
    ).toEqual([
      `   +0.42s  ${who("fraud")}risk: low`,
      `           ${who("")}No earlier claims.`,
      `           ${who("")}Nothing unusual.`,
    ]);
  });
});

describe("a decision", () => {
  it("names the amount, who decided, and why", () => {
    expect(renderDecision(decision, sampleClaim, plain)).toEqual([
      "  ✔ approved: $3,000  by the model, within its authority of $5,000",
      "    The plan covers it.",
    ]);
  });

  it("tells when less is paid than was claimed", () => {
    const [first] = renderDecision({ ...decision, amount: 1200 }, sampleClaim, plain);
    expect(first).toContain("approved: $1,200 of $3,000");
  });

  it("names no amount when nothing is paid", () => {
    const denied = { ...decision, status: "denied", amount: 0, decidedBy: { kind: "reviewer" } } as const;
    expect(renderDecision(denied, sampleClaim, plain)[0]).toBe("  ✖ denied  by a reviewer");
  });
});

it("shows the claim itself", () => {
  expect(renderClaim(sampleClaim, "clm_1", plain).join("\n")).toContain("$3,000 · orthopedic");
});
