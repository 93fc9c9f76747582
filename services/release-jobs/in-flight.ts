// Counts a deployment's invocations in flight, by Restate's tables.

import type { RestateAdmin } from "@holdfast/restate-admin";
import { z } from "zod";

/** Invocations that have begun on a deployment and have not ended. They can go on there alone. */
export interface InFlight {
  readonly count: number;
  /** How many of them Restate has given up on until somebody resumes them. */
  readonly paused: number;
}

const NOTHING: InFlight = { count: 0, paused: 0 };

const rowSchema = z.object({ deployment: z.string(), count: z.number(), paused: z.number() });

/** By deployment id; those without any are missing. */
export async function invocationsInFlight(admin: RestateAdmin): Promise<(deploymentId: string) => InFlight> {
  const rows = await admin.query(
    `SELECT pinned_deployment_id AS deployment, count(*) AS count,
       coalesce(sum(CASE WHEN status = 'paused' THEN 1 ELSE 0 END), 0) AS paused
     FROM sys_invocation WHERE pinned_deployment_id IS NOT NULL AND status <> 'completed'
     GROUP BY pinned_deployment_id`,
    rowSchema,
  );
  const byId = new Map(rows.map((row) => [row.deployment, row]));
  return (id) => byId.get(id) ?? NOTHING;
}

const waitingSchema = z.object({ service: z.string(), count: z.number() });

/** How many invocations of each service wait to begin; they begin on its newest deployment. */
export async function invocationsWaiting(admin: RestateAdmin): Promise<(service: string) => number> {
  const rows = await admin.query(
    `SELECT target_service_name AS service, count(*) AS count FROM sys_invocation
     WHERE pinned_deployment_id IS NULL AND status <> 'completed' GROUP BY target_service_name`,
    waitingSchema,
  );
  const byService = new Map(rows.map(({ service, count }) => [service, count]));
  return (service) => byService.get(service) ?? 0;
}

const pausedSchema = z.object({
  id: z.string(),
  service: z.string(),
  /** Missing when it never got to a deployment. */
  deployment: z.string().optional(),
});
export type PausedInvocation = z.output<typeof pausedSchema>;

/** Invocations that Restate has given up on until somebody resumes them. */
export function pausedInvocations(admin: RestateAdmin): Promise<PausedInvocation[]> {
  return admin.query(
    `SELECT id, target_service_name AS service, pinned_deployment_id AS deployment
     FROM sys_invocation WHERE status = 'paused'`,
    pausedSchema,
  );
}

/** Such as "3 invocations (1 of them paused)". */
export function describeInFlight({ count, paused }: InFlight): string {
  const invocations = count === 1 ? "1 invocation" : `${count} invocations`;
  return paused === 0 ? invocations : `${invocations} (${paused} of them paused)`;
}
