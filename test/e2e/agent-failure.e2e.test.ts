// The model API fails, or the model answers nonsense: a transient failure is retried within its bound, and any other one
// ends the claim with a decision record.

import { sampleClaim } from "@holdfast/contracts";
import type { Fault } from "@holdfast/simulator";
import { waitForStatus } from "@holdfast/testing";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { ASSESSORS } from "../support/assessors.ts";
import { decisionOf, newClaimId, submit, viewOf } from "./support/claims.ts";
import { callerOf, hasToolResults, holdCalls } from "./support/model-calls.ts";
import { invocationBy } from "./support/restate-tables.ts";
import { typesOf, untilEvent } from "./support/timeline.ts";
import { useSystem } from "./system.ts";

const KEY = "sk-canary-4d2e91aa";
const TEXT = "canary-reason-77ab";
const claim = { ...sampleClaim, reason: TEXT };
const eligibility = { toolNamed: "look_up_coverage" };

const lines: string[] = [];
const system = useSystem({
  env: { OPENAI_API_KEY: KEY, MODEL_TIMEOUT_MS: "1500" },
  onLine: (_agent, line) => lines.push(line),
});

/** Neither the key nor a claim's or a model's text is in what was printed, or in what Restate shows of failures. */
async function expectNothingLeaked(shown: unknown): Promise<void> {
  const failures = await system().server.query(
    "SELECT completion_failure, last_failure FROM sys_invocation",
    z.unknown(),
  );
  const everything = JSON.stringify([shown, failures, lines]);
  expect(everything).not.toContain(KEY);
  expect(everything).not.toContain(TEXT);
}

const callsOf = (agent: string) =>
  system()
    .simulator.stats()
    .calls.filter((call) => call.agent === agent);

describe("a claim ends as failed", () => {
  it("when the API refuses the key: not retried, and the other agents are called off", async () => {
    const { simulator, server } = system();
    simulator.inject({ kind: "status", status: 401, times: 100, match: eligibility });
    const held = holdCalls(simulator, (call) => callerOf(call) !== "eligibility");
    const refused = simulator.nextCall((call) => callerOf(call) === "eligibility");
    const claimId = newClaimId();
    const submission = await submit(system(), claimId, claim);
    const events = await untilEvent(system(), claimId, "decided");
    const { status, decision } = await viewOf(system(), claimId);
    expect({ status, by: decision?.decidedBy, amount: decision?.amount }).toEqual({
      status: "failed",
      by: { kind: "failure" },
      amount: 0,
    });
    expect(decision?.reasons[0]).toMatch(/^Model API: 401 /);
    expect(typesOf(events)).toContain("agent_failed eligibility");
    expect(callsOf((await refused).agent)).toHaveLength(1);
    for (const service of ["FraudAgent", "RateComparisonAgent"]) {
      const id = await invocationBy(server, submission, service);
      const row = await waitForStatus(server, id, (agent) => agent.status === "completed");
      expect(row.completion_failure).toMatch(/cancelled/i);
    }
    await expect.poll(() => simulator.stats().inFlight).toBe(0);
    held.release();

    const { total } = simulator.stats();
    expect(await decisionOf(system(), claimId, claim)).toEqual(decision);
    expect(simulator.stats().total).toBe(total);
    await expectNothingLeaked(decision?.reasons);
  });

  it("when the API fails as often as a call is made", async () => {
    const { simulator } = system();
    simulator.inject({ kind: "status", status: 503, times: 100, match: eligibility });
    const failing = simulator.nextCall((call) => callerOf(call) === "eligibility");
    const decision = await decisionOf(system(), newClaimId(), claim);
    expect(decision).toMatchObject({ status: "failed", decidedBy: { kind: "failure" } });
    expect(callsOf((await failing).agent).map(({ status }) => status)).toEqual([503, 503, 503]);
    await expectNothingLeaked(decision.reasons);
  });

  it("when the model's proposal is none", async () => {
    const { simulator } = system();
    simulator.script((call) => (callerOf(call) === "decision" ? { text: `Approved: ${TEXT}!` } : undefined));
    const decision = await decisionOf(system(), newClaimId(), claim);
    expect(decision).toMatchObject({ status: "failed", decidedBy: { kind: "failure" } });
    expect(decision.findings?.fraud?.risk).toBe("low");
    await expectNothingLeaked(decision.reasons);
  });
});

describe("a claim is approved all the same", () => {
  const faults: [string, Fault, statuses: (number | null)[]][] = [
    ["the API asks for patience", { kind: "status", status: 429, retryAfterSeconds: 1 }, [429, 200, 200]],
    ["the API fails for a while", { kind: "status", status: 500, times: 2 }, [500, 500, 200, 200]],
    ["the API does not answer", { kind: "hang" }, [null, 200, 200]],
    ["the connection breaks", { kind: "cut" }, [200, 200, 200]],
    ["half of a reply comes", { kind: "truncated_json" }, [200, 200, 200]],
    ["a reply is empty", { kind: "no_choices" }, [200, 200, 200]],
    ["the model calls a tool that there is none of", { kind: "unknown_tool" }, [200, 200, 200]],
    ["the model calls a tool with bad arguments", { kind: "bad_arguments" }, [200, 200, 200]],
  ];

  it.each(faults)("when %s", async (_what, fault, statuses) => {
    const { simulator } = system();
    simulator.inject({ ...fault, match: eligibility });
    const first = simulator.nextCall((call) => callerOf(call) === "eligibility");
    const decision = await decisionOf(system(), newClaimId(), claim);
    expect(decision).toMatchObject({ status: "approved", amount: 3000 });
    expect(callsOf((await first).agent).map(({ status }) => status)).toEqual(statuses);
    await expectNothingLeaked(undefined);
  });

  it("when the models are wordier than findings may be, or name amounts that are none", async () => {
    const { simulator } = system();
    const reasons = Array.from({ length: 30 }, (_, i) => `${i} ${"because ".repeat(400)}`);
    simulator.script((call) => {
      const agent = callerOf(call);
      if (agent === "decision") return { json: { outcome: "approve", amount: -1, reasons } };
      if (!hasToolResults(call)) return undefined;
      if (agent === "eligibility") return { json: { eligible: true, coveredAmount: -1, reasons } };
      if (agent === "fraud") return { json: { risk: "low", reasons } };
      return { json: { reasonable: true, standardRate: -1, ratio: -1, reasons } };
    });
    const claimId = newClaimId();
    const decision = await decisionOf(system(), claimId, claim);
    expect(decision).toMatchObject({
      status: "approved",
      amount: 3000,
      findings: { eligibility: { coveredAmount: 3000 }, rates: { standardRate: 3360, ratio: 0.89 } },
    });
    const { eligibility: covered, rates, fraud } = decision.findings ?? {};
    for (const reported of [covered?.reasons, rates?.reasons, fraud?.reasons, decision.reasons]) {
      expect(reported).toHaveLength(20);
      for (const [i, reason] of (reported ?? []).entries()) expect(reasons[i]?.startsWith(reason)).toBe(true);
    }
    // Nobody downstream has refused them.
    expect(
      typesOf(await untilEvent(system(), claimId, "decided")).filter((type) => /_/.test(type)),
    ).toHaveLength(2 * (ASSESSORS.length + 1));
  });
});

describe("a claim goes to a person", () => {
  it("when a model finds it not covered, though the plan covers it: a model denies nothing", async () => {
    const { simulator } = system();
    const stricter = { eligible: false, coveredAmount: 0, reasons: ["I do not like it."] };
    simulator.script((call) =>
      callerOf(call) === "eligibility" && hasToolResults(call) ? { json: stricter } : undefined,
    );
    const claimId = newClaimId();
    await submit(system(), claimId, claim);
    await untilEvent(system(), claimId, ["in_review", "decided"]);
    const { status, review } = await viewOf(system(), claimId);
    expect(status).toBe("in_review");
    expect(review?.why).toContain("It is disputed whether the plan covers this claim.");
  });
});

describe("an agent that calls agents as tools", () => {
  it("is not held up by arguments that are no JSON", async () => {
    const { simulator } = system();
    const nonsense = ["{", "", `{"reason":"${TEXT}`, "[]", '{"amount":-1}'];
    simulator.script((call) =>
      callerOf(call) === "remote-multi-agent" && !hasToolResults(call)
        ? { toolCalls: nonsense.map((text) => ({ name: "check_fraud", arguments: text })) }
        : undefined,
    );
    const text = await system().call<string>("RemoteMultiAgentClaimApproval", "run", claim);
    expect(text).toMatch(/^Decision: /);
    await expectNothingLeaked(undefined);
  });

  it("approves nothing that it has not asked about", async () => {
    const { simulator } = system();
    const other = { ...claim, amount: 10, reason: "a plaster" };
    simulator.script((call) =>
      callerOf(call) === "remote-multi-agent" && !hasToolResults(call)
        ? { toolCalls: ["check_eligibility", "check_fraud"].map((name) => ({ name, arguments: other })) }
        : callerOf(call) === "remote-multi-agent"
          ? { json: { outcome: "approve", amount: 3000, reasons: ["All is well."] } }
          : undefined,
    );
    const text = await system().call<string>("RemoteMultiAgentClaimApproval", "run", claim);
    expect(text).toBe(
      "Decision: refer to a reviewer. Reasons: It is not known whether the plan covers this claim. The risk of fraud is not known.",
    );
  });
});
