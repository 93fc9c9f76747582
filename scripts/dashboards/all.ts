// The dashboards: what there is to see of claims, agents, models and Restate.

import { ATTR, METRIC } from "@holdfast/service-kit/registry";
import type { Dashboard, Panel } from "./grafana.ts";
import { legendOf, max, quantile, rate, restate, restateRate, sum, sumRate, total } from "./queries.ts";

const timeseries = (title: string, unit: string, ...queries: Panel["queries"][number][]): Panel => ({
  kind: "timeseries",
  title,
  unit,
  queries,
});

const claims: Dashboard = {
  uid: "holdfast-claims",
  title: "Holdfast · claims",
  rows: [
    [
      stat("Claims decided", "none", total(METRIC.claimsDecided)),
      stat("Approvals waiting", "none", max(METRIC.approvalsWaiting)),
      stat("Oldest approval", "s", max(METRIC.oldestApproval)),
      stat("Claims in trouble", "none", `sum(${max(METRIC.claimsInTrouble, ATTR.claimTrouble)})`),
    ],
    [
      timeseries("Claims by outcome", "ops", {
        expr: rate(METRIC.claimsDecided, ATTR.claimOutcome),
        legend: legendOf(ATTR.claimOutcome),
      }),
      {
        kind: "bargauge",
        title: "Who decided",
        unit: "none",
        queries: [
          { expr: total(METRIC.claimsDecided, ATTR.claimDecidedBy), legend: legendOf(ATTR.claimDecidedBy) },
        ],
      },
    ],
    [
      timeseries("From submission to decision, 95 % within", "s", {
        expr: quantile(0.95, METRIC.claimDuration, ATTR.claimOutcome),
        legend: legendOf(ATTR.claimOutcome),
      }),
      timeseries(
        "How long a person takes to answer",
        "s",
        { expr: quantile(0.5, METRIC.approvalWait), legend: "half within" },
        { expr: quantile(0.95, METRIC.approvalWait), legend: "95 % within" },
      ),
    ],
    [
      timeseries("Requests at the gateway", "reqps", {
        expr: rate(METRIC.httpServerDuration, ATTR.httpRoute, ATTR.httpStatusCode),
        legend: legendOf(ATTR.httpRoute, ATTR.httpStatusCode),
      }),
      timeseries("How long the gateway takes to answer, 95 % within", "s", {
        expr: quantile(0.95, METRIC.httpServerDuration, ATTR.httpRoute),
        legend: legendOf(ATTR.httpRoute),
      }),
    ],
  ],
};

const agents: Dashboard = {
  uid: "holdfast-agents",
  title: "Holdfast · agents",
  rows: [
    [
      timeseries("Runs", "ops", {
        expr: rate(METRIC.agentDuration, ATTR.agentName),
        legend: legendOf(ATTR.agentName),
      }),
      timeseries("How long a run takes, 95 % within", "s", {
        expr: quantile(0.95, METRIC.agentDuration, ATTR.agentName),
        legend: legendOf(ATTR.agentName),
      }),
    ],
    [
      timeseries("Tool calls", "ops", {
        expr: rate(METRIC.toolDuration, ATTR.toolName),
        legend: legendOf(ATTR.toolName),
      }),
      timeseries("How long a tool call takes, 95 % within", "s", {
        expr: quantile(0.95, METRIC.toolDuration, ATTR.toolName),
        legend: legendOf(ATTR.toolName),
      }),
    ],
    [
      timeseries("Invocations in flight", "none", {
        expr: sum(METRIC.invocationsInFlight, ATTR.service),
        legend: legendOf(ATTR.service),
      }),
      timeseries("Attempts that failed", "ops", {
        expr: rate(METRIC.retries, ATTR.service, ATTR.errorType),
        legend: legendOf(ATTR.service, ATTR.errorType),
      }),
    ],
    [
      timeseries(
        "Stuck",
        "none",
        {
          expr: max(METRIC.invocationsPaused, ATTR.restateService),
          legend: `${legendOf(ATTR.restateService)} paused`,
        },
        {
          expr: max(METRIC.invocationsRetrying, ATTR.restateService),
          legend: `${legendOf(ATTR.restateService)} retrying`,
        },
      ),
      timeseries("Turns of a chat session, 95 % within", "none", {
        expr: quantile(0.95, METRIC.sessionTurns),
        legend: "turns",
      }),
    ],
  ],
};

const models: Dashboard = {
  uid: "holdfast-models",
  title: "Holdfast · models and cost",
  rows: [
    [
      stat("Cost", "currencyUSD", total(METRIC.cost)),
      stat("Tokens", "short", total(METRIC.tokenUsage)),
      stat("Cost of a claim", "currencyUSD", `${total(METRIC.cost)} / ${total(METRIC.claimsDecided)}`),
    ],
    [
      timeseries("Cost of an hour, by model", "currencyUSD", {
        expr: `${rate(METRIC.cost, ATTR.requestModel)} * 3600`,
        legend: legendOf(ATTR.requestModel),
      }),
      timeseries("Cost of an hour, by agent", "currencyUSD", {
        expr: `${rate(METRIC.cost, ATTR.agentName)} * 3600`,
        legend: legendOf(ATTR.agentName),
      }),
    ],
    [
      timeseries("Model calls", "reqps", {
        expr: rate(METRIC.operationDuration, ATTR.requestModel),
        legend: legendOf(ATTR.requestModel),
      }),
      timeseries("Model calls that failed", "reqps", {
        expr: rate(METRIC.operationDuration, ATTR.errorType).replace("_count[", '_count{error_type!=""}['),
        legend: legendOf(ATTR.errorType),
      }),
    ],
    [
      timeseries("How long a model call takes, 95 % within", "s", {
        expr: quantile(0.95, METRIC.operationDuration, ATTR.requestModel),
        legend: legendOf(ATTR.requestModel),
      }),
      timeseries("Tokens a second", "short", {
        expr: sumRate(METRIC.tokenUsage, ATTR.agentName, ATTR.tokenType),
        legend: legendOf(ATTR.agentName, ATTR.tokenType),
      }),
    ],
  ],
};

const server: Dashboard = {
  uid: "holdfast-restate",
  title: "Holdfast · Restate",
  rows: [
    [
      timeseries("Requests at the ingress", "reqps", {
        expr: restateRate("restate_ingress_requests_total", "rpc_service", "status"),
        legend: "{{rpc_service}} {{status}}",
      }),
      timeseries("How long the ingress takes to answer, 95 % within", "s", {
        expr: restate("restate_ingress_request_duration_seconds", '{quantile="0.95"}'),
        legend: "{{rpc_service}} {{rpc_type}}",
      }),
    ],
    [
      timeseries("Attempts of invocations", "ops", {
        expr: restateRate("restate_invoker_invocation_tasks_total", "status"),
        legend: "{{status}}",
      }),
      timeseries(
        "Invocations that run at the moment",
        "none",
        {
          expr: "sum (restate_invoker_concurrency_slots_acquired - restate_invoker_concurrency_slots_released)",
          legend: "run",
        },
        { expr: `sum (${restate("restate_invoker_concurrency_limit")})`, legend: "may run" },
      ),
    ],
    [
      timeseries("Journal entries", "ops", {
        expr: restateRate("restate_usage_leader_journal_entry_count_total"),
        legend: "entries",
      }),
      timeseries("How far partitions are behind the log", "none", {
        expr: `max by (partition_id) (${restate("restate_partition_applied_lsn_lag")})`,
        legend: "{{partition_id}}",
      }),
      timeseries("Memory", "bytes", {
        expr: restate("restate_jemalloc_resident_bytes"),
        legend: "{{node_name}}",
      }),
    ],
  ],
};

/** By the names of their files. */
export const dashboards: Readonly<Record<string, Dashboard>> = { claims, agents, models, restate: server };

function stat(title: string, unit: string, expr: string): Panel {
  return { kind: "stat", title, unit, queries: [{ expr }] };
}
