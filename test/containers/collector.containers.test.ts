// The collector's configuration on the collector itself: what it keeps, where it goes, what happens when one of those it
// sends to is down.

import { randomBytes } from "node:crypto";
import { ATTR, METRIC } from "@holdfast/service-kit/registry";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { prometheusSeries, underscored } from "../../scripts/dashboards/prometheus-names.ts";
import { traceSpans } from "../support/jaeger.ts";
import { whySkipped } from "./support/docker.ts";
import { type Pipeline, startPipeline } from "./support/pipeline.ts";

interface SentSpan {
  readonly traceId: string;
  readonly name: string;
  readonly service?: string;
  readonly attributes?: Readonly<Record<string, string | boolean>>;
  readonly failed?: boolean;
  readonly seconds?: number;
}

const newTrace = () => randomBytes(16).toString("hex");

let pipeline: Pipeline;

async function send(...spans: readonly SentSpan[]): Promise<void> {
  const end = Date.now() * 1e6;
  const resourceSpans = spans.map(
    ({ traceId, name, service = "coordinator", failed, seconds = 1, ...rest }) => ({
      resource: { attributes: toAttributes({ "service.name": service }) },
      scopeSpans: [
        {
          scope: { name: "holdfast" },
          spans: [
            {
              traceId,
              spanId: randomBytes(8).toString("hex"),
              name,
              kind: 1,
              startTimeUnixNano: String(end - seconds * 1e9),
              endTimeUnixNano: String(end),
              attributes: toAttributes(rest.attributes ?? {}),
              status: failed ? { code: 2 } : {},
            },
          ],
        },
      ],
    }),
  );
  const response = await fetch(`${pipeline.otlpUrl}/v1/traces`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ resourceSpans }),
  });
  expect(response.status).toBe(200);
}

function toAttributes(attributes: Readonly<Record<string, string | boolean>>) {
  return Object.entries(attributes).map(([key, value]) => ({
    key,
    value: typeof value === "string" ? { stringValue: value } : { boolValue: value },
  }));
}

/** The names of a trace's spans that have come to Langfuse. */
const kept = (traceId: string) =>
  pipeline.langfuse
    .spans()
    .filter((span) => span.traceId === traceId)
    .map(({ name }) => name);

const keptWhole = (traceId: string, ...names: string[]) =>
  pipeline.langfuse.waitFor(() => names.every((name) => kept(traceId).includes(name)));

describe.skipIf(whySkipped())("the collector, by default", () => {
  beforeAll(async () => {
    pipeline = await startPipeline();
  });
  afterAll(() => pipeline?.stop());

  it("sends all to Jaeger and to Langfuse, with what Langfuse asks for", async () => {
    const traceId = newTrace();
    await send({ traceId, name: "invoke_agent fraud" });
    await keptWhole(traceId, "invoke_agent fraud");
    await expect
      .poll(async () => traceSpans(await pipeline.jaegerUrl(), traceId), { timeout: 10_000 })
      .toMatchObject([{ name: "invoke_agent fraud", service: "coordinator" }]);
    const [request] = pipeline.langfuse.requests();
    expect(request).toMatchObject({
      path: "/api/public/otel/v1/traces",
      status: 200,
      headers: { "x-langfuse-ingestion-version": "4" },
    });
  });

  it("leaves out what is plumbing, but not what failed of it", async () => {
    const [traceId, failed] = [newTrace(), newTrace()];
    const target = (value: string) => ({ attributes: { [ATTR.invocationTarget]: value } });
    await send(
      { traceId, name: "append", ...target("ClaimTimeline/clm_1/append") },
      { traceId, name: "get", ...target("Claim/clm_1/get") },
      { traceId: failed, name: "failed append", failed: true, ...target("ClaimTimeline/clm_1/append") },
      { traceId, name: "submit", ...target("Claim/clm_1/submit") },
    );
    await keptWhole(traceId, "submit");
    expect(kept(traceId)).toEqual(["submit"]);
    await keptWhole(failed, "failed append");
  });

  it("keeps for Langfuse what comes while Jaeger is down, and for Jaeger until it is back", async () => {
    await pipeline.jaeger.kill();
    const traceId = newTrace();
    await send({ traceId, name: "meanwhile" });
    await keptWhole(traceId, "meanwhile");
    await pipeline.jaeger.start();
    await expect
      .poll(async () => traceSpans(await pipeline.jaegerUrl(), traceId).catch(() => []), { timeout: 60_000 })
      .toMatchObject([{ name: "meanwhile" }]);
  });

  it("keeps for Langfuse what it does not take at first", async () => {
    pipeline.langfuse.answerWith(503);
    const traceId = newTrace();
    await send({ traceId, name: "again" });
    await pipeline.langfuse.waitFor(() => pipeline.langfuse.requests().some(({ status }) => status === 503));
    pipeline.langfuse.answerWith(200);
    await keptWhole(traceId, "again");
  });

  it("gives Prometheus each metric by the name and labels that dashboards use", async () => {
    const at = { timeUnixNano: String(Date.now() * 1e6) };
    const metrics = Object.values(METRIC).map(({ name, unit, kind, attributes }) => {
      const labels = Object.fromEntries(attributes.map((attribute) => [attribute, "x"]));
      const point = { ...at, attributes: toAttributes(labels) };
      const cumulative = { aggregationTemporality: 2 };
      const histogram = { ...point, count: "1", sum: 1, bucketCounts: ["1", "0"], explicitBounds: [10] };
      if (kind === "histogram") return { name, unit, histogram: { ...cumulative, dataPoints: [histogram] } };
      const dataPoints = [{ ...point, asDouble: 1 }];
      if (kind === "gauge") return { name, unit, gauge: { dataPoints } };
      return { name, unit, sum: { ...cumulative, isMonotonic: kind === "counter", dataPoints } };
    });
    const resource = { attributes: toAttributes({ "service.name": "fraud", "service.instance.id": "1" }) };
    const response = await fetch(`${pipeline.otlpUrl}/v1/metrics`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ resourceMetrics: [{ resource, scopeMetrics: [{ metrics }] }] }),
    });
    expect(response.status).toBe(200);
    const missing = async () => {
      const lines = (await (await fetch(pipeline.metricsUrl)).text()).split("\n");
      return Object.values(METRIC).flatMap((metric) =>
        prometheusSeries(metric).filter(
          (name) =>
            !lines.some(
              (line) =>
                line.startsWith(`${name}{`) &&
                line.includes('instance="1"') &&
                metric.attributes.every((attribute) => line.includes(`${underscored(attribute)}="x"`)),
            ),
        ),
      );
    };
    await expect.poll(missing, { timeout: 10_000 }).toEqual([]);
  });

  it("tells how much it drops", async () => {
    const text = await (await fetch(pipeline.ownMetricsUrl)).text();
    expect(text).toMatch(/^otelcol_exporter_queue_size\{/m);
    expect(text).toMatch(/^otelcol_receiver_accepted_spans\S*\{/m);
  });
});

describe.skipIf(whySkipped())("the collector, when it is to keep no ordinary trace", () => {
  beforeAll(async () => {
    pipeline = await startPipeline({ TRACE_SAMPLING_PERCENTAGE: "0", TRACE_SAMPLING_WAIT: "2s" });
  });
  afterAll(() => pipeline?.stop());

  it.each<[string, Omit<SentSpan, "traceId" | "name">]>([
    ["that failed", { failed: true }],
    ["that is slow", { seconds: 31 }],
    ["of which a person was asked", { service: "approval" }],
    ["whose tool a person has allowed", { attributes: { [ATTR.approvalAnswer]: "approve" } }],
    ["that was refused", { attributes: { [ATTR.claimOutcome]: "denied" } }],
    ["that a guardrail stopped", { attributes: { [ATTR.guardrailTriggered]: true } }],
  ])("keeps all of one %s, what came before and what comes late", async (_, mark) => {
    const traceId = newTrace();
    await send({ traceId, name: "before" });
    await send({ traceId, name: "mark", ...mark });
    await keptWhole(traceId, "before", "mark");
    await send({ traceId, name: "late" });
    await keptWhole(traceId, "late");
  });

  it("drops an ordinary one, and keeps what comes of it after somebody was asked late", async () => {
    const [ordinary, approved] = [newTrace(), newTrace()];
    await send({ traceId: ordinary, name: "ordinary" });
    await send({ traceId: approved, name: "decided", attributes: { [ATTR.claimOutcome]: "approved" } });
    // Its own count tells when the wait is over.
    await expect
      .poll(async () => (await fetch(pipeline.ownMetricsUrl)).text(), { timeout: 15_000 })
      .toMatch(/tail_sampling_global_count_traces_sampled\S*\{[^}]*sampled="false"[^}]*\} [2-9]/);
    expect([...kept(ordinary), ...kept(approved)]).toEqual([]);
    await send({ traceId: ordinary, name: "asked", service: "approval" });
    await keptWhole(ordinary, "asked");
    expect(kept(ordinary)).toEqual(["asked"]);
  });
});
