// Claim on Restate: takes one claim from its submission to its decision.

import { isDeepStrictEqual } from "node:util";
import {
  claimContract,
  claimHasEnded,
  type DecisionRecord,
  decisionRecordSchema,
  jsonSerde,
  MAX_NOTE_LENGTH,
  reviewContract,
  stored,
} from "@holdfast/contracts";
import { DurableContext } from "@holdfast/durable-agents";
import type { AgentModels } from "@holdfast/service-kit/models";
import { CancelledError, InvocationIdParser, implement, TerminalError } from "@restatedev/restate-sdk";
import type { Rules } from "../decision/authority-matrix.ts";
import { decisionAgent } from "../decision/decision-agent.ts";
import { admitClaim, checkClaimId } from "./admit-claim.ts";
import { ClaimProcess } from "./claim-process.ts";
import { read, viewClaim, write } from "./claim-record.ts";

/** What agents that decide need. */
export interface AgentOptions extends Rules {
  readonly models: AgentModels;
}

const decisionSerde = jsonSerde(stored(decisionRecordSchema));

export function claimService({ models, ...rules }: AgentOptions) {
  const agent = decisionAgent(models.model);
  return implement(claimContract, {
    handlers: {
      submit: async (restate, claim): Promise<DecisionRecord> => {
        const ctx = DurableContext.from(restate);
        const known = await ctx.get("claim");
        if (known !== null) {
          if (!isDeepStrictEqual(known, claim)) {
            throw new TerminalError("This claim id was used for another claim.", { errorCode: 409 });
          }
          const decision = await read(restate, "decision");
          if (decision) return decision;
          // An operator has restarted it: what it had found so far does not count.
          restate.clear("findings");
          restate.clear("review");
        }
        checkClaimId(restate.key);
        const pinned = await admitClaim(ctx, claim, rules);
        const submittedAt = await ctx.date.toJSON();
        write(restate, "claim", claim);
        write(restate, "submittedAt", submittedAt);
        write(restate, "invocation", ctx.request().id);
        return toItsEnd(new ClaimProcess({ restate, ctx, claim, submittedAt, pinned, rules, models, agent }));
      },

      get: viewClaim,

      decide: async (restate, answer) => {
        const { status } = await viewClaim(restate);
        if (status !== "in_review") {
          throw new TerminalError(`The claim is ${status}; only a claim in review can be decided.`, {
            errorCode: 409,
          });
        }
        await restate.client(reviewContract, restate.key).answer(answer);
      },

      reassess: async (restate) => {
        const { status } = await viewClaim(restate);
        if (status !== "in_review") {
          throw new TerminalError(`The claim is ${status}; only a claim in review can be reassessed.`, {
            errorCode: 409,
          });
        }
        await restate.client(reviewContract, restate.key).reassess();
      },

      withdraw: async (restate) => {
        const { status } = await viewClaim(restate);
        const invocation = await read(restate, "invocation");
        if (claimHasEnded(status) || !invocation) {
          throw new TerminalError(`The claim is ${status} and cannot be withdrawn.`, { errorCode: 409 });
        }
        const submission = restate.invocation(InvocationIdParser.fromString(invocation));
        submission.cancel();
        // The decision may have been made in the same moment.
        const end = await submission.attach(decisionSerde);
        if (end.status !== "withdrawn") {
          throw new TerminalError(`The claim is ${end.status} and cannot be withdrawn.`, { errorCode: 409 });
        }
      },
    },
  });
}

/** Runs a claim until its end, which it has whatever happens: a cancellation or a failure is an end too. */
async function toItsEnd(process: ClaimProcess): Promise<DecisionRecord> {
  let next = () => process.run();
  for (;;) {
    try {
      return await next();
    } catch (error) {
      if (!(error instanceof TerminalError)) throw error;
      // Also when it is cancelled a second time, while it ends.
      next =
        error instanceof CancelledError
          ? () => process.end("withdrawn", { kind: "claimant" }, ["The claim was withdrawn."])
          : () => process.end("failed", { kind: "failure" }, [error.message.slice(0, MAX_NOTE_LENGTH)]);
    }
  }
}
