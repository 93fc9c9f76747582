// Services × signals: the signals that each service must have emitted once it has worked. Of all that is deployed, the jobs of a
// release and the simulated model emit none.

import { assessors } from "@holdfast/contracts";
import { ATTR, METRIC } from "@holdfast/service-kit/registry";
import type { Ingress } from "@holdfast/testing";
import { expect } from "vitest";
import { z } from "zod";
import { approve, decided, type Gateway, submit, untilInReview } from "./claims.ts";

interface Signals {
  /** Names, or their beginnings. */
  readonly spans: readonly string[];
  readonly metrics: readonly { readonly name: string }[];
}

const ofModels = [METRIC.tokenUsage, METRIC.operationDuration, METRIC.agentDuration];
const ofAgents = [METRIC.invocationsInFlight, ...ofModels];

const ofAssessors = Object.values(assessors).map(({ agent, contract: { name } }): [string, Signals] => [
  agent,
  {
    spans: [`attempt ${name}/run`, `invoke_agent ${name}`, "chat ", "execute_tool "],
    metrics: [...ofAgents, METRIC.toolDuration],
  },
]);

const MATRIX: Readonly<Record<string, Signals>> = {
  gateway: {
    spans: ["POST /api/claims", "GET /api/claims/:id"],
    metrics: [METRIC.httpServerDuration, METRIC.approvalsWaiting, METRIC.oldestApproval],
  },
  coordinator: {
    spans: ["attempt Claim/", "invoke_agent ClaimDecisionAgent", "chat ", "decide claim"],
    metrics: [...ofAgents, METRIC.claimsDecided, METRIC.claimDuration],
  },
  ...Object.fromEntries(ofAssessors),
  approval: {
    spans: ["attempt HumanApprovalWorkflow/", "approval review"],
    metrics: [METRIC.invocationsInFlight, METRIC.approvalWait],
  },
  chat: {
    spans: ["attempt Chat/", "invoke_agent Assistant", "chat "],
    metrics: [...ofAgents, METRIC.sessionTurns],
  },
  tour: {
    spans: ["attempt WeatherAgent/run", "invoke_agent WeatherAgent", "chat ", "execute_tool get_weather"],
    metrics: [...ofAgents, METRIC.toolDuration],
  },
};

export const SERVICES = Object.keys(MATRIX);

/** Has services do something: a claim that a person approves, a conversation, the weather. */
export async function exercise(gateway: Gateway, ingress: Ingress, services = SERVICES): Promise<void> {
  const claimId = await submit(gateway, 8_000);
  await untilInReview(gateway, claimId);
  await approve(gateway, claimId);
  await decided(gateway, claimId);
  await ingress.call("Chat", "message", { message: "Hello" }, { key: "matrix" });
  if (services.includes("tour")) {
    await ingress.call("WeatherAgent", "run", { message: "What is the weather like in San Francisco?" });
  }
}

/** A span or a metric that has arrived. */
export interface EmittedSignal {
  /** The process's `service.name`. */
  readonly service: string;
  readonly name: string;
  readonly attributes: Readonly<Record<string, unknown>>;
}

/** What is still to come: `service: span or metric`. */
export function missing(
  spans: readonly EmittedSignal[],
  metrics: readonly EmittedSignal[],
  services = SERVICES,
): string[] {
  return services.flatMap((service) => {
    const wanted = MATRIX[service] ?? { spans: [], metrics: [] };
    const emitted = (all: readonly EmittedSignal[], isOne: (name: string) => boolean) =>
      all.some((one) => one.service === service && isOne(one.name));
    return [
      ...wanted.spans.filter((name) => !emitted(spans, (found) => found.startsWith(name))),
      ...wanted.metrics.flatMap(({ name }) => (emitted(metrics, (found) => found === name) ? [] : [name])),
    ].map((name) => `${service}: ${name}`);
  });
}

/** What the registry does not name: attributes of spans, metrics, and attributes of metrics beside their own. */
export function unregistered(spans: readonly EmittedSignal[], metrics: readonly EmittedSignal[]): string[] {
  const known = new Set<string>(Object.values(ATTR));
  const definitions = new Map<string, readonly string[]>(
    Object.values(METRIC).map(({ name, attributes }) => [name, attributes]),
  );
  const strays = new Set<string>();
  for (const { name, attributes } of spans) {
    for (const attribute of Object.keys(attributes)) {
      if (!known.has(attribute)) strays.add(`${name}: ${attribute}`);
    }
  }
  for (const { name, attributes } of metrics) {
    const own = definitions.get(name);
    if (!own) strays.add(name);
    for (const attribute of Object.keys(attributes)) {
      if (own && !own.includes(attribute)) strays.add(`${name}: ${attribute}`);
    }
  }
  return [...strays];
}

const logLine = z.looseObject({
  level: z.string(),
  time: z.number(),
  service: z.string(),
  msg: z.string(),
  invocationId: z.string().optional(),
  agent: z.string().optional(),
  trace_id: z.string().optional(),
});

/** A JSON object a line, of the service itself; those about an invocation say of which one, and of which trace. */
export function expectLog(service: string, lines: readonly string[], traceIds: ReadonlySet<string>): void {
  const log = lines.map((text) => logLine.parse(JSON.parse(text)));
  expect(new Set(log.map((one) => one.service))).toEqual(new Set([service]));
  const traced = log.filter(({ trace_id = "" }) => traceIds.has(trace_id));
  expect(traced.length).toBeGreaterThan(0);
  if (service !== "gateway") {
    expect(traced.every(({ agent, invocationId }) => agent && invocationId)).toBe(true);
  }
}
