import { describe, expect, it } from "vitest";
import { classify, type FailedInvocation } from "./classify.ts";

const since = "2026-01-01T00:00:00.000Z";
const failed: FailedInvocation = { claimId: "clm_1", service: "FraudAgent", paused: false, since };
const after = (ms: number) => ({ now: Date.parse(since) + ms, afterMs: 120_000 });

describe("an invocation that failed", () => {
  it.each([
    [{ code: "RT0016" }, 0, "journal_mismatch"],
    [{ code: "RT0016", paused: true }, 0, "paused"],
    [{ paused: true }, 0, "paused"],
    [{ code: "RT0010" }, 119_999, undefined],
    [{ code: "RT0010" }, 120_000, "unreachable"],
    [{ code: "RT0007" }, 119_999, undefined],
    [{ code: "RT0007" }, 120_000, "failing"],
    [{}, 120_000, "failing"],
  ])("%o after %i ms is %s", (facts, ms, kind) => {
    expect(classify({ ...failed, ...facts }, after(ms))?.kind).toBe(kind);
  });

  it("is described by its service and a command", () => {
    expect(classify({ ...failed, code: "RT0016" }, after(0))).toEqual({
      kind: "journal_mismatch",
      service: "FraudAgent",
      since,
      reason:
        "FraudAgent cannot go on: its code or settings now differ from those that it began with (error 570).",
      remedy:
        "Put back the release or setting that it began with and resume the claim, or restart it. See: npm run operator -- recover clm_1",
    });
  });
});
