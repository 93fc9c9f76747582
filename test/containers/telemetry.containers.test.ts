// Reads the telemetry of all containers where people read it: in Jaeger, in a Langfuse, at the collector's metrics and
// in Docker's logs. One claim with all that makes a trace hard: an agent that is killed, a reviewer, a replay at every step.

import { ATTR } from "@holdfast/service-kit/registry";
import { describe, expect, it, vi } from "vitest";
import { agents } from "../../services/catalogue.ts";
import { CANARY, decideHardClaim, expectHardClaim, type HardClaim } from "../support/hard-claim.ts";
import { spansAround, traceSpans } from "../support/jaeger.ts";
import { isWhole, named } from "../support/one-trace.ts";
import { metricsIn } from "../support/prometheus.ts";
import { exercise, expectLog, missing, SERVICES, unregistered } from "../support/telemetry-matrix.ts";
import { whySkipped } from "./support/docker.ts";
import { useContainers } from "./support/system.ts";

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

  let claim: HardClaim;

  async function kill(agent: string): Promise<() => Promise<void>> {
    expect((await system().service(agent).kill()).exitCode).toBe(137);
    return () => system().service(agent).start();
  }

  it("has a claim as one trace in Jaeger, over a kill and a review", async () => {
    claim = await decideHardClaim(system(), kill, () => system().service("approval").log());
    const isThere = async () => expectHardClaim(await traceSpans(system().jaegerUrl, claim.traceId), claim);
    await vi.waitFor(isThere, { timeout: 30_000, interval: 250 });
  });

  describe("of each service", () => {
    const spans = async () => {
      const found = await Promise.all(SERVICES.map((service) => spansAround(system().jaegerUrl, service)));
      // Restate emits signals of its own too, by other names.
      return found.flat().filter(({ service }) => SERVICES.includes(service));
    };
    const counted = async () => metricsIn(await metrics());

    it("is there: spans and metrics", async () => {
      await exercise(system(), system().ingress);
      await expect.poll(async () => missing(await spans(), await counted()), { timeout: 30_000 }).toEqual([]);
    });

    it("is named by the registry, and a metric has its own attributes alone", async () => {
      expect(unregistered(await spans(), await counted())).toEqual([]);
    });

    it.each(SERVICES)("is there in the log of %s, a JSON object a line", async (service) => {
      const lines = (await system().service(service).log()).trimEnd().split("\n");
      const traceIds = new Set((await spans()).map(({ traceId }) => traceId));
      expectLog(service, lines, traceIds);
    });
  });

  // Last, so that what comes late or twice has come.
  it("tells Langfuse of each span once, in its own words too", async () => {
    await langfuse().waitFor(() => isWhole(inLangfuse(), claim.answers));
    // Jaeger hides what comes twice.
    expectHardClaim(inLangfuse(), claim);
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
      [...SERVICES, "Restate"].map(async (name) =>
        (await fetch(`${jaegerUrl}/api/traces?service=${name}&lookback=1h&limit=1000`)).text(),
      ),
    );
    const sent = langfuse()
      .requests()
      .map(({ body }) => body.toString("latin1"));
    const logs = await Promise.all(services.map((name) => service(name).log()));
    const lines = [...traces, ...sent, await metrics(), ...logs].flatMap((text) => text.split("\n"));
    const told = (what: string) => lines.filter((line) => line.includes(what));
    for (const known of [claim.traceId, claim.claimId, "holdfast_claims_decided_total"]) {
      expect(told(known).length, known).toBeGreaterThan(0);
    }
    expect(told(CANARY)).toEqual([]);
  });
});
