// Resumes what Restate has paused, as it failed too often: for whoever has removed the cause.

import { type PausedInvocation, pausedInvocations } from "./in-flight.ts";
import type { Job } from "./job.ts";
import { isOwn, type Own } from "./owner.ts";

/**
 * Resumes the paused invocations of the release's own deployments, each on the code that it began with.
 *
 * @throws JobFailed when Restate refuses one
 */
export async function resumePaused(job: Job, own: Own): Promise<void> {
  const resumed: PausedInvocation[] = [];
  // Asked for anew at each try: what another has resumed meanwhile would be refused for ever.
  await job.retry("Restate", async () => {
    for (const invocation of await ownPaused(job, own)) {
      await job.admin.resume(invocation.id);
      resumed.push(invocation);
    }
  });
  if (resumed.length === 0) return job.log("nothing is paused");
  const services = [...new Set(resumed.map(({ service }) => service))].sort();
  const counts = services.map(
    (name) => `${resumed.filter(({ service }) => service === name).length} of ${name}`,
  );
  job.log(`resumed ${counts.join(", ")}`);
}

async function ownPaused({ admin }: Job, own: Own): Promise<PausedInvocation[]> {
  const [paused, deployments, services] = await Promise.all([
    pausedInvocations(admin),
    admin.deployments(),
    admin.services(),
  ]);
  const ours = new Set(deployments.filter((deployment) => isOwn(deployment, own)).map(({ id }) => id));
  // One that never reached a deployment begins on the newest.
  const newest = new Map(services.map(({ name, deployment_id }) => [name, deployment_id]));
  return paused.filter(({ deployment, service }) => ours.has(deployment ?? newest.get(service) ?? ""));
}
