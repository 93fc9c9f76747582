// Rules, plan and model are changed while claims wait for people: each claim ends on what it began with.

import { mkdtemp, readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { sampleClaim } from "@holdfast/contracts";
import { describe, expect, it } from "vitest";
import { CALLS_OF_A_CLAIM } from "../support/assessors.ts";
import { decisionOf, newClaimId, reassess, submit, viewOf, withdraw } from "./support/claims.ts";
import { holdCalls } from "./support/model-calls.ts";
import { answerPublicly, decide, ReviewsAsked } from "./support/reviews.ts";
import { typesOf, untilEvent } from "./support/timeline.ts";
import { useSystem } from "./system.ts";

const folder = await mkdtemp(join(tmpdir(), "holdfast-rules-"));

/** A file of rules with one text in it replaced. */
async function changed(file: string, from: string, to: string): Promise<string> {
  const original = await readFile(fileURLToPath(new URL(file, import.meta.url)), "utf8");
  expect(original).toContain(from);
  const path = join(folder, `${from.replace(/\W/g, "")}.yaml`);
  await writeFile(path, original.replace(from, to));
  return path;
}

const matrix = "../../services/coordinator/decision/authority-matrix.yaml";
const plan = "../../packages/claims/data/coverage-plan.yaml";
// The sample is above it.
const lowLimit = await changed(matrix, "limit: 5000", "limit: 2000");
const raisedLimit = fileURLToPath(new URL(matrix, import.meta.url));
const withoutOrthopedics = await changed(plan, "orthopedic:", "orthopedy:");

describe.each(["default", "always-replay"] as const)("a claim in review [%s]", (mode) => {
  const env = { OPENAI_MODEL: "model-a", AUTHORITY_MATRIX_FILE: lowLimit };
  const reviews = new ReviewsAsked();
  const system = useSystem({ mode, onLine: reviews.onLine, env });

  /** Lets a claim come to its review, starts the agents named anew on other settings, and answers. */
  async function decisionAfter(settings: Readonly<Record<string, Record<string, string>>>) {
    const claimId = newClaimId("changed");
    await submit(system(), claimId);
    await reviews.awakeable(claimId);
    for (const [agent, env] of Object.entries(settings)) await system().agent(agent).restart(env);
    expect(await decide(system(), claimId, { outcome: "approve", reviewer: "r.diaz" })).toBe(200);
    const events = await untilEvent(system(), claimId, "decided");
    expect(typesOf(events).filter((type) => type === "in_review")).toHaveLength(1);
    const { decision } = await viewOf(system(), claimId);
    expect(decision).toMatchObject({
      status: "approved",
      amount: sampleClaim.amount,
      decidedBy: { kind: "reviewer", reviewer: "r.diaz" },
      rules: { model: "model-a" },
    });
    return decision?.rules;
  }

  const contentOf = (version = "") => system().call("Rules", "get", undefined, { key: version });

  it("is decided by its reviewer after the limits were raised, by the matrix that it began with", async () => {
    const before = await decisionAfter({ coordinator: { AUTHORITY_MATRIX_FILE: raisedLimit } });
    expect(await contentOf(before?.matrix)).toMatchObject({
      rules: expect.arrayContaining([{ risk: ["low"], limit: 2000 }]),
    });
    const next = await decisionOf(system(), newClaimId("changed"));
    expect(next.decidedBy).toEqual({ kind: "authority_matrix", limit: 5000 });
    expect(next.rules?.plan).toBe(before?.plan);
    expect(await contentOf(next.rules?.matrix)).toMatchObject({
      rules: expect.arrayContaining([{ risk: ["low"], limit: 5000 }]),
    });
    await system().agent("coordinator").restart({ AUTHORITY_MATRIX_FILE: lowLimit });
  });

  it("begins again on the rules of today when one has it reassessed, and says what changed", async () => {
    const claimId = newClaimId("reassessed");
    await submit(system(), claimId);
    const awakeable = await reviews.awakeable(claimId);
    // Nothing of these may come through the line that everybody can reach.
    expect(await answerPublicly(system(), await reviews.awakeable(claimId), '{"reassess": true}')).toBe(202);
    await reviews.awakeable(claimId, 2);
    await system().agent("coordinator").restart({ AUTHORITY_MATRIX_FILE: raisedLimit });
    expect(await reassess(system(), claimId)).toBe(200);
    const events = await untilEvent(system(), claimId, "decided");
    expect(events.find(({ entry }) => entry.type === "reassessing")?.entry).toMatchObject({
      changed: ["matrix"],
    });
    const { decision, review } = await viewOf(system(), claimId);
    expect(decision).toMatchObject({
      status: "approved",
      decidedBy: { kind: "authority_matrix", limit: 5000 },
    });
    expect(review).toBeUndefined();
    expect(await contentOf(decision?.rules?.matrix)).toMatchObject({
      rules: expect.arrayContaining([{ risk: ["low"], limit: 5000 }]),
    });
    expect(system().simulator.stats()).toMatchObject({ total: 2 * CALLS_OF_A_CLAIM });
    expect(await reassess(system(), claimId)).toBe(409);
    expect(await answerPublicly(system(), awakeable, "true")).toBeGreaterThanOrEqual(200);
    await system().agent("coordinator").restart({ AUTHORITY_MATRIX_FILE: lowLimit });
  });

  it("is asked about anew when it must wait for a person on the rules of today too", async () => {
    const claimId = newClaimId("reassessed");
    await submit(system(), claimId);
    await reviews.awakeable(claimId);
    expect(await reassess(system(), claimId)).toBe(200);
    await reviews.awakeable(claimId, 2);
    expect(await decide(system(), claimId, { outcome: "deny", note: "no bill" })).toBe(200);
    const events = await untilEvent(system(), claimId, "decided");
    expect(events.find(({ entry }) => entry.type === "reassessing")?.entry).toMatchObject({ changed: [] });
    expect((await viewOf(system(), claimId)).decision).toMatchObject({
      status: "denied",
      reasons: ["no bill"],
    });
  });

  it("shows nothing of before while it is assessed anew, nor in its decision when it is withdrawn then", async () => {
    const claimId = newClaimId("reassessed");
    await submit(system(), claimId);
    await reviews.awakeable(claimId);
    const held = holdCalls(system().simulator, () => true);
    expect(await reassess(system(), claimId)).toBe(200);
    await held.arrived();
    const { review, findings } = await viewOf(system(), claimId);
    expect({ review, findings }).toEqual({});
    expect(await withdraw(system(), claimId)).toBe(200);
    held.release();
    const { decision } = await viewOf(system(), claimId);
    expect(decision).toMatchObject({ status: "withdrawn" });
    expect([decision?.rules, decision?.findings, decision?.proposal]).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
  });

  it("is decided by its reviewer after its category left the plan, which new claims notice", async () => {
    const env = { COVERAGE_PLAN_FILE: withoutOrthopedics };
    const before = await decisionAfter({ coordinator: env, eligibility: env });
    expect(await contentOf(before?.plan)).toHaveProperty("categories.orthopedic");
    await expect(decisionOf(system(), newClaimId("changed"))).rejects.toThrow("category");
    const original = { COVERAGE_PLAN_FILE: fileURLToPath(new URL(plan, import.meta.url)) };
    for (const agent of ["coordinator", "eligibility"]) await system().agent(agent).restart(original);
  });

  it("is decided by its reviewer after the model was changed, with no model call made again", async () => {
    await decisionAfter({ coordinator: { OPENAI_MODEL: "model-b" }, approval: { OPENAI_MODEL: "model-b" } });
    expect(system().simulator.stats()).toMatchObject({ total: CALLS_OF_A_CLAIM, repeated: 0 });
    const next = await decisionOf(system(), newClaimId("changed"), { ...sampleClaim, amount: 1500 });
    expect(next.rules?.model).toBe("model-b");
    await system().agent("coordinator").restart({ OPENAI_MODEL: "model-a" });
  });
});
