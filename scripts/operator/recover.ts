// Finds what holds a claim up, and puts it right by Restate's admin API.

import { findTroubles } from "@holdfast/claims/trouble";
import { claimContract } from "@holdfast/contracts";
import { type RestateAdmin, RestateAdminError } from "@holdfast/restate-admin";
import { z } from "zod";

/** A claim that cannot go on. */
export interface Stranded {
  readonly reason: string;
  readonly remedy: string;
  /** An ISO 8601 time. */
  readonly since: string;
  /** The claim's own invocation, or the last one that it had. */
  readonly submission: string;
  /** The invocation that cannot go on; none of a claim whose own one was killed. */
  readonly failing?: string;
}

const submissionSchema = z.object({
  id: z.string(),
  status: z.string(),
  failure: z.string().nullish(),
  since: z.iso.datetime(),
});

/** @returns what is wrong, or a sentence that says why nothing is */
export async function findStranded(admin: RestateAdmin, claimId: string): Promise<Stranded | string> {
  const submissions = await admin.query(
    `SELECT id, status, completion_failure AS failure, modified_at AS since FROM sys_invocation
     WHERE target_service_name = '${claimContract.name}' AND target_handler_name = 'submit'
       AND target_service_key = '${claimId.replaceAll("'", "''")}' ORDER BY created_at DESC`,
    submissionSchema,
  );
  const running = submissions.findLast(({ status }) => status !== "completed");
  if (running) {
    // Whoever asks wants what fails now, however short it has.
    const found = (await findTroubles(admin, 0)).get(claimId);
    if (!found) return `${claimId} is ${running.status} and is not in trouble.`;
    return { ...found.trouble, submission: running.id, failing: found.invocationId };
  }
  const [last] = submissions;
  if (!last)
    return `Restate knows no claim ${claimId} that runs; one that has ended is forgotten after a day.`;
  if (last.failure !== "[409] killed") return `${claimId} has ended.`;
  return {
    reason: "Its invocation was killed, and nothing has taken its place.",
    remedy: "Restart the claim.",
    since: last.since,
    submission: last.id,
  };
}

/** Tries at once what has failed. @throws RestateAdminError, also when nothing is left to resume */
export async function resume(admin: RestateAdmin, { failing }: Stranded): Promise<void> {
  if (failing === undefined) throw new RestateAdminError("it was killed: it can only be restarted", false);
  await admin.resume(failing);
}

/** Ends all that the claim has running and begins it anew. @returns the new invocation's id */
export async function restart(admin: RestateAdmin, { submission, failing }: Stranded): Promise<string> {
  if (failing !== undefined) await admin.kill(submission);
  return admin.restartAsNew(submission);
}
