// Makes deployments known to Restate. Doing it again changes nothing, and nothing that runs is ever overwritten.

import { isDeepStrictEqual } from "node:util";
import type { Registration, Service } from "@holdfast/restate-admin";
import { describeInFlight, invocationsInFlight } from "./in-flight.ts";
import { type Job, JobFailed } from "./job.ts";
import { markOf } from "./owner.ts";

interface Registered {
  readonly uri: string;
  readonly registration: Registration;
}

/**
 * Registers each deployment as soon as it and Restate answer. Where several offer a service, new invocations go to the
 * last of them.
 *
 * @param owner whose they are, for the jobs that ask which may be dropped
 * @throws JobFailed naming each that could not be registered, and why
 */
export async function register(job: Job, uris: readonly string[], owner?: string): Promise<void> {
  const metadata = markOf(owner);
  const results = await Promise.allSettled(uris.map((uri) => makeKnown(job, uri, metadata)));
  const errors = results.flatMap((result) => (result.status === "rejected" ? [result.reason] : []));
  for (const error of errors) if (!(error instanceof JobFailed)) throw error;
  const known = results.flatMap((result) => (result.status === "fulfilled" ? [result.value] : []));
  if (errors.length > 0) throw new JobFailed(errors.flatMap(({ reasons }: JobFailed) => reasons));
  await makeNewest(job, known, metadata);
}

/** Has Restate know what the deployment offers now. */
async function makeKnown(job: Job, uri: string, metadata: Record<string, string>): Promise<Registered> {
  const { admin } = job;
  // The default of `force` is true; it would replace what invocations that run have begun with.
  const registration = await job.retry(uri, () => admin.register(uri, { force: false, metadata }));
  if (registration.created) {
    job.log(`${uri}: registered ${namesOf(registration)}`);
    return { uri, registration };
  }
  const offered = await job.retry(uri, () => admin.register(uri, { force: true, dryRun: true }));
  if (isDeepStrictEqual(comparable(offered.services), comparable(registration.services))) {
    job.log(`${uri}: is registered already`);
    return { uri, registration };
  }
  const inFlight = (await job.retry(uri, () => invocationsInFlight(admin)))(registration.id);
  if (inFlight.count > 0) {
    throw new JobFailed([
      `${uri}: is registered with other services, and ${describeInFlight(inFlight)} in flight on it would be overwritten. ` +
        "Register it again when they have ended, or run this code under another URL, such as another tag's.",
    ]);
  }
  const again = await job.retry(uri, () => admin.register(uri, { force: true, metadata }));
  job.log(`${uri}: registered again ${namesOf(again)}`);
  return { uri, registration: again };
}

/** Has new invocations go to the last deployment that offers a service, also when Restate has known it for long: a rollback. */
async function makeNewest(
  job: Job,
  known: readonly Registered[],
  metadata: Record<string, string>,
): Promise<void> {
  const { admin } = job;
  const newest = new Map(
    known.flatMap((entry) => entry.registration.services.map(({ name }) => [name, entry])),
  );
  for (const entry of new Set(newest.values())) {
    const { uri, registration } = entry;
    const current = await job.retry(uri, () => admin.services());
    const isNewest = current.every(
      ({ name, deployment_id }) => newest.get(name) !== entry || deployment_id === registration.id,
    );
    if (isNewest) continue;
    // It offers what it did: what runs on it goes on as before.
    await job.retry(uri, () => admin.register(uri, { force: true, metadata }));
    job.log(`${uri}: is the newest again for ${namesOf(registration)}`);
  }
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
