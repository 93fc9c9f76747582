// Runs a job: one deadline, tries until Restate answers, and a reason of one line for each thing that went wrong.

import { RestateAdmin, RestateAdminError } from "@holdfast/restate-admin";
import pRetry from "p-retry";

/** A job could not do its work; `reasons` has a line for each thing that is in its way. */
export class JobFailed extends Error {
  override readonly name = "JobFailed";
  readonly reasons: readonly string[];

  constructor(reasons: readonly string[]) {
    super(reasons.join("\n"));
    this.reasons = reasons;
  }
}

export interface Job {
  readonly admin: RestateAdmin;
  /** Calls until it succeeds, fails for good, or the job's time is over; then with the last reason. */
  retry<T>(what: string, call: () => Promise<T>): Promise<T>;
  /** Writes a line of the job's log. */
  log(line: string): void;
}

const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 2_000;

/** @param log gets each line of the log */
export function startJob(adminUrl: string, timeoutSeconds: number, log: (line: string) => void): Job {
  const deadline = AbortSignal.timeout(timeoutSeconds * 1000);
  return {
    admin: new RestateAdmin(adminUrl, { signal: deadline }),
    log,
    async retry(what, call) {
      let last: string | undefined;
      try {
        return await pRetry(call, {
          retries: Number.POSITIVE_INFINITY,
          minTimeout: FIRST_PAUSE_MS,
          maxTimeout: LONGEST_PAUSE_MS,
          signal: deadline,
          shouldRetry: ({ error }) => error instanceof RestateAdminError && error.transient,
          onFailedAttempt: ({ error }) => {
            // What ends at the deadline is the wait for a reason that is known.
            if (deadline.aborted || error.message === last) return;
            last = error.message;
            if (error instanceof RestateAdminError && error.transient) log(`${what}: waiting. ${last}`);
          },
        });
      } catch (error) {
        if (deadline.aborted) {
          throw new JobFailed([`${what}: not ready within ${timeoutSeconds} s. ${last ?? "No answer."}`]);
        }
        if (error instanceof RestateAdminError) throw new JobFailed([`${what}: ${error.message}`]);
        throw error;
      }
    },
  };
}
