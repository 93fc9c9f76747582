// Observes what waits in Restate, by its admin API, whenever metrics are exported: approvals that nobody has answered, and
// invocations that fail. Each of several gateways exports the same.

import { humanApprovalWorkflowContract } from "@holdfast/contracts";
import { RestateAdmin } from "@holdfast/restate-admin";
import type { Logger } from "@holdfast/service-kit";
import { type Observation, observeGauges } from "@holdfast/service-kit/metrics";
import { ATTR, METRIC } from "@holdfast/service-kit/registry";
import { z } from "zod";

const TIMEOUT_MS = 5_000;

// A person is asked by each invocation of this service until it ends.
const APPROVALS = `SELECT count(*) AS waiting, min(created_at) AS oldest FROM sys_invocation
  WHERE target_service_name = '${humanApprovalWorkflowContract.name}' AND status <> 'completed'`;
const FAILING = `SELECT target_service_name AS service, status, count(*) AS count FROM sys_invocation
  WHERE status IN ('paused', 'backing-off') GROUP BY target_service_name, status`;

const approvalsSchema = z.object({ waiting: z.number(), oldest: z.string().nullish() });
const failingSchema = z.object({
  service: z.string(),
  status: z.enum(["paused", "backing-off"]),
  count: z.number(),
});

/** Observes for as long as the process runs. While Restate cannot be asked, nothing is exported, which is logged once. */
export function observeInvocations(adminUrl: string, logger: Logger): void {
  const admin = new RestateAdmin(adminUrl, { timeoutMs: TIMEOUT_MS });
  let failing = false;
  observeGauges(
    [METRIC.approvalsWaiting, METRIC.oldestApproval, METRIC.invocationsPaused, METRIC.invocationsRetrying],
    async () => {
      try {
        const observed = await ask(admin);
        failing = false;
        return observed;
      } catch {
        if (!failing) {
          logger.warn(
            "Restate's admin API does not answer; see RESTATE_ADMIN_URL. No metrics of what waits in it are sent",
          );
        }
        failing = true;
        return [];
      }
    },
  );
}

async function ask(admin: RestateAdmin): Promise<Observation[]> {
  const [[approvals], invocations] = await Promise.all([
    admin.query(APPROVALS, approvalsSchema),
    admin.query(FAILING, failingSchema),
  ]);
  const { waiting = 0, oldest } = approvals ?? {};
  const age = oldest ? Math.max(0, Date.now() - Date.parse(oldest)) / 1000 : 0;
  return [
    { gauge: METRIC.approvalsWaiting, value: waiting },
    { gauge: METRIC.oldestApproval, value: age },
    ...invocations.map(({ service, status, count }) => ({
      gauge: status === "paused" ? METRIC.invocationsPaused : METRIC.invocationsRetrying,
      value: count,
      attributes: { [ATTR.restateService]: service },
    })),
  ];
}
