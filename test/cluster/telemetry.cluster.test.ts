// Reads a release's telemetry in its Jaeger, at its collector's metrics and in its pods' logs.

import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { CANARY, decideHardClaim, expectHardClaim } from "../support/hard-claim.ts";
import { spansAround, traceSpans } from "../support/jaeger.ts";
import { metricsIn } from "../support/prometheus.ts";
import { exercise, expectLog, missing, SERVICES, unregistered } from "../support/telemetry-matrix.ts";
import { PortForward } from "./support/port-forward.ts";
import { useSharedRelease } from "./support/system.ts";
import { whySkipped } from "./support/why-skipped.ts";

// The chart leaves the tour out by default.
const services = SERVICES.filter((service) => service !== "tour");

describe.skipIf(whySkipped())("telemetry of a release", () => {
  const system = useSharedRelease();
  let jaeger: PortForward;
  let collector: PortForward;
  beforeAll(async () => {
    const { namespace, name } = system().release;
    jaeger = await PortForward.open(namespace, `${name}-jaeger`, 16_686);
    collector = await PortForward.open(namespace, `${name}-collector`, 8889);
  });
  afterAll(async () => {
    await jaeger?.close();
    await collector?.close();
  });

  const log = (service: string) =>
    system().release.kubectl("logs", `--selector=app.kubernetes.io/name=${service}`, "--tail=-1");
  const metrics = async () => (await fetch(`${collector.url}/metrics`)).text();
  const spans = async () => {
    const found = await Promise.all(services.map((service) => spansAround(jaeger.url, service)));
    // Restate emits signals of its own too, by other names.
    return found.flat().filter(({ service }) => services.includes(service));
  };

  it("has a claim as one trace in Jaeger, over a kill and a review", async () => {
    const claim = await decideHardClaim(
      { ...system(), jaegerUrl: jaeger.url },
      (agent) => system().release.kill(agent),
      () => log("approval"),
    );
    const isThere = async () => expectHardClaim(await traceSpans(jaeger.url, claim.traceId), claim);
    await vi.waitFor(isThere, { timeout: 30_000, interval: 250 });
  });

  it("has each service's spans and metrics, by the registry's names", async () => {
    await exercise(system(), system().ingress, services);
    const told = async () => missing(await spans(), metricsIn(await metrics()), services);
    // Metrics are sent every 15 seconds.
    await expect.poll(told, { timeout: 60_000, interval: 1_000 }).toEqual([]);
    expect(unregistered(await spans(), metricsIn(await metrics()))).toEqual([]);
  });

  it.each(services)("has the log of %s, a JSON object a line", async (service) => {
    const lines = (await log(service)).trimEnd().split("\n");
    expectLog(service, lines, new Set((await spans()).map(({ traceId }) => traceId)));
  });

  it("has nothing of what a claim says, in any span, metric or log", async () => {
    const logs = await Promise.all(services.map(log));
    const told = [...(await spans()).map((span) => JSON.stringify(span)), await metrics(), ...logs];
    const lines = told.flatMap((text) => text.split("\n"));
    expect(lines.some((line) => line.startsWith("holdfast_claims_decided_total"))).toBe(true);
    expect(lines.filter((line) => line.includes(CANARY))).toEqual([]);
  });
});
