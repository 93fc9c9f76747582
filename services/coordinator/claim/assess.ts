// The agents that assess a claim look at it side by side, each in its own service.

import {
  type AssessorHandlers,
  assessors,
  type Claim,
  type KnownFindings,
  knownFindingsSchema,
  parse,
  stored,
} from "@holdfast/contracts";
import type { DurableContext } from "@holdfast/durable-agents";
import { CancelledError } from "@restatedev/restate-sdk";
import type { PinnedClaim } from "./admit-claim.ts";

const findingsReader = stored(knownFindingsSchema);

/** @throws TerminalError when one of them failed for good; the others are cancelled then, as nobody waits for them */
export async function assess(
  ctx: DurableContext,
  { settings }: PinnedClaim,
  claim: Claim,
  claimId?: string,
): Promise<KnownFindings> {
  const assessment = claimId === undefined ? claim : { ...claim, claimId };
  const calls = settings.assessors.map((name) =>
    ctx.client<AssessorHandlers>(assessors[name].contract).run(assessment),
  );
  try {
    const findings = await Promise.all(calls);
    return parse(
      findingsReader,
      Object.fromEntries(settings.assessors.map((name, i) => [name, findings[i]])),
    );
  } catch (error) {
    // Restate itself cancels the calls of an invocation that is cancelled.
    if (!(error instanceof CancelledError)) {
      for (const call of calls) ctx.cancel(await call.invocationId);
    }
    throw error;
  }
}
