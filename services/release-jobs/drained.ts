// Checks that nothing needs the deployments any more that a release drops: before an upgrade takes their pods away, and
// after it, when Restate may forget them.

import type { Deployment } from "@holdfast/restate-admin";
import { describeInFlight, invocationsInFlight, invocationsWaiting } from "./in-flight.ts";
import { type Job, JobFailed } from "./job.ts";
import { isOwn, type Own } from "./owner.ts";

/** Selects the release's own deployments that are dropped; all others are somebody else's. */
export interface Dropping extends Own {
  /** URLs of the deployments that stay. */
  readonly keep: readonly string[];
}

type WithUri = Deployment & { readonly uri: string };

const RESTATE = "Restate";
const REMEDY =
  "Keep that version running beside the new one (`previous` in the chart's values) until they have ended. " +
  "`restate invocations list` shows them; `resume-paused` goes on with those that are paused.";

/** @throws JobFailed naming each deployment that would be dropped with invocations in flight, and how many */
export async function checkDrained(job: Job, dropping: Dropping): Promise<void> {
  const dropped = await droppedOf(job, dropping);
  const inFlight = await job.retry(RESTATE, () => invocationsInFlight(job.admin));
  const reasons = dropped.flatMap(({ id, uri }) => {
    const work = inFlight(id);
    if (work.count === 0) return [];
    return [
      `${uri}: would be dropped with ${describeInFlight(work)} in flight, which only it can finish. ${REMEDY}`,
    ];
  });
  if (reasons.length > 0) throw new JobFailed(reasons);
  job.log(`nothing is in flight on what is dropped (${describeDropped(dropped)})`);
}

/**
 * Makes Restate forget the deployments that are dropped and have nothing to do.
 *
 * @throws JobFailed naming each that could not be removed for its invocations, once the others are removed
 */
export async function removeDrained(job: Job, dropping: Dropping): Promise<void> {
  const { admin } = job;
  const reasons: string[] = [];
  for (const { id, uri } of await droppedOf(job, dropping)) {
    const problem = await job.retry(uri, () => whatNeeds(job, id));
    if (problem === undefined) {
      await job.retry(uri, () => admin.removeDeployment(id));
      job.log(`${uri}: removed`);
    } else {
      reasons.push(`${uri}: is dropped, but ${problem}`);
    }
  }
  if (reasons.length > 0) throw new JobFailed(reasons);
}

async function droppedOf(job: Job, { keep, ...own }: Dropping): Promise<WithUri[]> {
  const deployments = await job.retry(RESTATE, () => job.admin.deployments());
  return deployments.filter(
    (deployment): deployment is WithUri =>
      deployment.uri !== undefined && isOwn(deployment, own) && !keep.includes(deployment.uri),
  );
}

/** Asked for each anew, just before it is removed. */
async function whatNeeds({ admin }: Job, deploymentId: string): Promise<string | undefined> {
  const work = (await invocationsInFlight(admin))(deploymentId);
  if (work.count > 0) {
    return `${describeInFlight(work)} began on it while it was being replaced, which only it can finish. ${REMEDY}`;
  }
  const services = (await admin.services()).filter((service) => service.deployment_id === deploymentId);
  const waiting = await invocationsWaiting(admin);
  const waits = services.filter(({ name }) => waiting(name) > 0);
  if (waits.length === 0) return undefined;
  const counts = waits.map(({ name }) => `${waiting(name)} of ${name}`).join(", ");
  return `no other deployment has a service for the invocations that wait to begin (${counts}). Keep it, or cancel them.`;
}

function describeDropped(dropped: readonly WithUri[]): string {
  return dropped.length === 0 ? "nothing" : dropped.map(({ uri }) => uri).join(", ");
}
