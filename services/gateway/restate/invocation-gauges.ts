// What waits in Restate, asked of its admin API whenever metrics are sent: approvals that nobody has answered, and
// invocations that fail. Each of several gateways tells the same.

import { humanApprovalWorkflowContract } from "@holdfast/contracts";
import { ATTR, METRIC } from "@holdfast/durable-agents/telemetry";
import type { Logger, Metrics, Observation } from "@holdfast/service-kit";
import { z } from "zod";

const TIMEOUT_MS = 5_000;

// A person is asked by each invocation of this service until it ends.
const APPROVALS = `SELECT count(*) AS waiting, min(created_at) AS oldest FROM sys_invocation
  WHERE target_service_name = '${humanApprovalWorkflowContract.name}' AND status <> 'completed'`;
const FAILING = `SELECT target_service_name AS service, status, count(*) AS count FROM sys_invocation
  WHERE status IN ('paused', 'backing-off') GROUP BY target_service_name, status`;

const approvalsSchema = z.object({
  rows: z.tuple([z.object({ waiting: z.number(), oldest: z.string().nullish() })]),
});
const failingSchema = z.object({
  rows: z.array(
    z.object({ service: z.string(), status: z.enum(["paused", "backing-off"]), count: z.number() }),
  ),
});

/** Tells of them for as long as the process runs; when Restate cannot be asked, of nothing, and the log says so once. */
export function observeInvocations(metrics: Metrics, adminUrl: string, logger: Logger): void {
  let failing = false;
  metrics.observe(
    [METRIC.approvalsWaiting, METRIC.oldestApproval, METRIC.invocationsPaused, METRIC.invocationsRetrying],
    async () => {
      try {
        const observed = await ask(adminUrl);
        failing = false;
        return observed;
      } catch {
        if (!failing)
          logger.warn(
            "Restate's admin API does not answer; see RESTATE_ADMIN_URL. What waits in it is not told",
          );
        failing = true;
        return [];
      }
    },
  );
}

async function ask(adminUrl: string): Promise<Observation[]> {
  const [approvals, invocations] = await Promise.all([
    query(adminUrl, APPROVALS, approvalsSchema),
    query(adminUrl, FAILING, failingSchema),
  ]);
  const [{ waiting, oldest }] = approvals.rows;
  const age = oldest ? Math.max(0, Date.now() - Date.parse(oldest)) / 1000 : 0;
  return [
    { gauge: METRIC.approvalsWaiting, value: waiting },
    { gauge: METRIC.oldestApproval, value: age },
    ...invocations.rows.map(({ service, status, count }) => ({
      gauge: status === "paused" ? METRIC.invocationsPaused : METRIC.invocationsRetrying,
      value: count,
      attributes: { [ATTR.restateService]: service },
    })),
  ];
}

async function query<S extends z.ZodType>(adminUrl: string, sql: string, schema: S): Promise<z.output<S>> {
  const response = await fetch(`${adminUrl}/query`, {
    method: "POST",
    headers: { "content-type": "application/json", accept: "application/json" },
    body: JSON.stringify({ query: sql }),
    signal: AbortSignal.timeout(TIMEOUT_MS),
  });
  if (!response.ok) throw new Error(`Restate answered ${response.status}`);
  return schema.parse(await response.json());
}
