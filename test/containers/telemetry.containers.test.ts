// What all containers tell of themselves, read where people read it: in Jaeger, in a Langfuse, at the collector's metrics and
// in Docker's logs. One claim with all that makes a trace hard: an agent that is killed, a reviewer, a replay at every step.

import { setTimeout } from "node:timers/promises";
import { ATTR } from "@holdfast/durable-agents/telemetry";
import { describe, expect, it, vi } from "vitest";
import { agents } from "../../scripts/workloads.ts";
import { approve, decided, submitTraced } from "../support/claims.ts";
import {
  expectAssessments,
  expectOneApproval,
  expectOneTrace,
  isWhole,
  type ModelCounts,
  named,
} from "../support/one-trace.ts";
import { exercise, expectLog, MATRIX, missing, unregistered } from "../support/telemetry-matrix.ts";
import { whySkipped } from "./support/docker.ts";
import { spansAround, traceSpans } from "./support/jaeger.ts";
import { metricsIn } from "./support/prometheus.ts";
import { useContainers } from "./support/system.ts";

const CANARY = "canary-4242";
const REVIEW_MS = 2_000;

function environment(service: string): Record<string, string> {
  if (service === "restate") {
    return { RESTATE_WORKER__INVOKER__INACTIVITY_TIMEOUT: "0s", OTEL_BSP_SCHEDULE_DELAY: "100" };
  }
  const told = { LOG_LEVEL: "debug", OTEL_METRIC_EXPORT_INTERVAL: "500" };
  // The services' own setting outranks the server's.
  return agents.some(({ name }) => name === service) ? { ...told, INACTIVITY_TIMEOUT_MS: "0" } : told;
}

describe.skipIf(whySkipped())("telemetry of containers that replay at every step", () => {
  const system = useContainers({ environment, withLangfuse: true });
  const langfuse = () => system().langfuse();
  const inLangfuse = () =>
    langfuse()
      .spans()
      .filter((span) => span.traceId === claim.traceId);
  const metrics = async () => (await fetch(system().metricsUrl)).text();

  let claim: { readonly claimId: string; readonly traceId: string };
  let answers: ModelCounts;
  let reviewedMs: number;

  it("decides a claim, over a kill and a review", async () => {
    const { simulator } = system();
    await simulator.inject({ kind: "hang", after: 1, match: { toolNamed: "check_claim_history" } });
    claim = await submitTraced(system(), { reason: `a broken leg ${CANARY}`, amount: 8_000 });
    await simulator.untilOneIsHeld(6);
    // A process that is killed loses what it has not sent.
    await langfuse().waitFor(() =>
      named(inLangfuse(), "chat").some(({ attributes }) => attributes[ATTR.agentName] === "FraudAgent"),
    );
    expect((await system().service("fraud").kill()).exitCode).toBe(137);
    await system().service("fraud").start();

    const asked = async () =>
      (await system().service("approval").log()).includes("a review waits for an answer");
    await expect.poll(asked, { timeout: 60_000 }).toBe(true);
    const askedAt = performance.now();
    await setTimeout(REVIEW_MS);
    await approve(system(), claim.claimId);
    expect(await decided(system(), claim.claimId)).toMatchObject({ status: "approved" });
    reviewedMs = performance.now() - askedAt;
    answers = await simulator.answers();
    expect(answers.answered).toBeGreaterThanOrEqual(7);
  });

  it("has a claim as one trace in Jaeger", async () => {
    const isThere = async () => {
      const spans = await traceSpans(system().jaegerUrl, claim.traceId);
      expectOneTrace(spans, answers);
      expectAssessments(spans, claim.claimId);
      expectOneApproval(spans, claim.claimId, REVIEW_MS, reviewedMs);
    };
    await vi.waitFor(isThere, { timeout: 30_000, interval: 250 });
  });

  describe("of each service", () => {
    const spans = async () => {
      const found = await Promise.all(
        Object.keys(MATRIX).map((service) => spansAround(system().jaegerUrl, service)),
      );
      // Restate tells of itself too, by names of its own.
      return found.flat().filter(({ service }) => service in MATRIX);
    };
    const counted = async () => metricsIn(await metrics());

    it("is there: spans and metrics", async () => {
      await exercise(system(), system().ingress);
      await expect.poll(async () => missing(await spans(), await counted()), { timeout: 30_000 }).toEqual([]);
    });

    it("is named by the registry, and a metric has its own attributes alone", async () => {
      expect(unregistered(await spans(), await counted())).toEqual([]);
    });

    it.each(Object.keys(MATRIX))("is there in the log of %s, a JSON object a line", async (service) => {
      const lines = (await system().service(service).log()).trimEnd().split("\n");
      const traceIds = new Set((await spans()).map(({ traceId }) => traceId));
      expectLog(service, lines, traceIds);
    });
  });

  // Last, so that what comes late or twice has come.
  it("tells Langfuse of each span once, in its own words too", async () => {
    await langfuse().waitFor(() => isWhole(inLangfuse(), answers));
    // Jaeger hides what comes twice.
    expectOneTrace(inLangfuse(), answers);
    expectOneApproval(inLangfuse(), claim.claimId, REVIEW_MS, reviewedMs);
    const types = { invoke_agent: "agent", chat: "generation", execute_tool: "tool", approval: "span" };
    for (const [operation, type] of Object.entries(types)) {
      const spans = named(inLangfuse(), operation);
      expect(spans.length).toBeGreaterThan(0);
      for (const { attributes } of spans) {
        expect(attributes).toMatchObject({
          [ATTR.langfuseType]: type,
          [ATTR.langfuseSession]: claim.claimId,
          [ATTR.langfuseRelease]: expect.stringMatching(/^\d+\.\d+\.\d+$/),
        });
      }
    }
    for (const { attributes } of named(inLangfuse(), "chat")) {
      expect(attributes[ATTR.langfuseModel]).toBe(attributes[ATTR.responseModel]);
      expect(JSON.parse(String(attributes[ATTR.langfuseUsage]))).toMatchObject({
        input: attributes[ATTR.inputTokens],
        output: attributes[ATTR.outputTokens],
      });
      expect(JSON.parse(String(attributes[ATTR.langfuseCost]))).toEqual({ total: expect.any(Number) });
    }
  });

  it("has nothing of what a claim says, in any span, metric or log", async () => {
    const { jaegerUrl, services, service } = system();
    const traces = await Promise.all(
      [...Object.keys(MATRIX), "Restate"].map(async (name) =>
        (await fetch(`${jaegerUrl}/api/traces?service=${name}&lookback=1h&limit=1000`)).text(),
      ),
    );
    const sent = langfuse()
      .requests()
      .map(({ body }) => body.toString("latin1"));
    const logs = await Promise.all(services.map((name) => service(name).log()));
    const all = [...traces, ...sent, await metrics(), ...logs].join("\n");
    for (const known of [claim.traceId, claim.claimId, "holdfast_claims_decided_total"]) {
      expect(all).toContain(known);
    }
    expect(all).not.toContain(CANARY);
  });
});
