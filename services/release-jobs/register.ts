// Makes deployments known to Restate. Doing it again changes nothing, and nothing that runs is ever overwritten.

import { isDeepStrictEqual } from "node:util";
import type { Registration, Service } from "./admin-api.ts";
import { describeInFlight, invocationsInFlight } from "./in-flight.ts";
import { type Job, JobFailed } from "./job.ts";
import { markOf } from "./owner.ts";

/**
 * Registers each deployment as soon as it and Restate answer.
 *
 * @param owner whose they are, for the jobs that ask which may be dropped
 * @throws JobFailed naming each that could not be registered, and why
 */
export async function register(job: Job, uris: readonly string[], owner?: string): Promise<void> {
  const results = await Promise.allSettled(uris.map((uri) => registerOne(job, uri, markOf(owner))));
  const errors = results.flatMap((result) => (result.status === "rejected" ? [result.reason] : []));
  for (const error of errors) if (!(error instanceof JobFailed)) throw error;
  if (errors.length > 0) throw new JobFailed(errors.flatMap(({ reasons }: JobFailed) => reasons));
}

async function registerOne(job: Job, uri: string, metadata: Record<string, string>): Promise<void> {
  const { admin } = job;
  // The default of `force` is true; it would replace the code under invocations that run.
  const registration = await job.retry(uri, () => admin.register(uri, { force: false, metadata }));
  if (registration.created) return job.say(`${uri}: registered ${namesOf(registration)}`);
  if (await job.retry(uri, () => isCurrent(job, uri, registration))) {
    return job.say(`${uri}: is registered already`);
  }
  const inFlight = (await job.retry(uri, () => invocationsInFlight(admin)))(registration.id);
  if (inFlight.count > 0) {
    throw new JobFailed([
      `${uri}: is registered with other services, or newer deployments took its services over, and ` +
        `${describeInFlight(inFlight)} in flight on it would be overwritten. ` +
        "Register it again when they have ended, or run this code under another URL, such as another tag's.",
    ]);
  }
  // No code changes under anything that runs.
  await job.retry(uri, () => admin.register(uri, { force: true, metadata }));
  job.say(`${uri}: registered again ${namesOf(registration)}`);
}

/** Whether the deployment offers what it did when it was registered, and new invocations go to it. */
async function isCurrent({ admin }: Job, uri: string, known: Registration): Promise<boolean> {
  const offered = await admin.register(uri, { force: true, dryRun: true });
  if (!isDeepStrictEqual(comparable(offered.services), comparable(known.services))) return false;
  const newest = new Map((await admin.services()).map((service) => [service.name, service.deployment_id]));
  return known.services.every(({ name }) => newest.get(name) === known.id);
}

/** Services without what differs between two answers about the same: revisions, and the order of handlers. */
function comparable(services: readonly Service[]): object {
  return Object.fromEntries(
    services.map(({ revision, handlers, ...service }) => [
      service.name,
      { ...service, handlers: Object.fromEntries(handlers.map((handler) => [handler.name, handler])) },
    ]),
  );
}

function namesOf({ services }: Registration): string {
  return services
    .map(({ name }) => name)
    .sort()
    .join(", ");
}
