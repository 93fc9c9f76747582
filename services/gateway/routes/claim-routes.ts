// Claims: submit one, look at it, decide it, have it assessed anew, withdraw it.

import {
  claimHasEnded,
  claimIdSchema,
  claimSchema,
  claimViewSchema,
  reviewAnswerSchema,
  stored,
} from "@holdfast/contracts";
import type { FastifyPluginAsyncZod } from "fastify-type-provider-zod";
import { z } from "zod";
import { claimIdForKey, idempotencyKeySchema, newClaimId } from "../claims/claim-id.ts";
import { assertAcceptable } from "../claims/claim-rules.ts";
import type { Claims } from "../claims/claims.ts";
import type { TroubleWatch } from "../claims/trouble-watch.ts";
import { problemResponse } from "../http/problem.ts";

export interface ClaimRoutesOptions {
  readonly claims: Claims;
  readonly troubleWatch: TroubleWatch | undefined;
  readonly categories: readonly string[];
  readonly now: () => Date;
}

export const claimParams = z.object({ id: claimIdSchema });

const tags = ["claims"];

const decidedSchema = z.object({ claimId: z.string(), outcome: reviewAnswerSchema.shape.outcome });

export const claimRoutes: FastifyPluginAsyncZod<ClaimRoutesOptions> = async (app, options) => {
  const { claims, troubleWatch, categories, now } = options;

  app.post(
    "/claims",
    {
      schema: {
        tags,
        summary: "Submits a claim",
        // Loose, since what the schema gives becomes the request's headers.
        headers: z.looseObject({ "idempotency-key": idempotencyKeySchema.optional() }),
        body: claimSchema,
        response: {
          202: z
            .object({ claimId: z.string(), status: z.literal("received") })
            .describe("The claim is accepted and will be assessed"),
          default: problemResponse,
        },
      },
    },
    async (request, reply) => {
      const claim = request.body;
      assertAcceptable(claim, categories, now());
      const key = request.headers["idempotency-key"];
      const claimId = key === undefined ? newClaimId() : claimIdForKey(key);
      request.claimId = claimId;
      await (key === undefined ? claims.submit(claimId, claim) : claims.submitOnce(claimId, claim));
      reply.code(202).header("location", `/api/claims/${claimId}`);
      return { claimId, status: "received" as const };
    },
  );

  app.get(
    "/claims/:id",
    {
      schema: {
        tags,
        summary: "Where a claim stands",
        params: claimParams,
        response: {
          200: stored(claimViewSchema.describe("The claim, and where it stands")),
          default: problemResponse,
        },
      },
    },
    async (request) => {
      const view = await claims.view(request.params.id);
      const trouble = claimHasEnded(view.status)
        ? undefined
        : troubleWatch?.troubles.get(view.claimId)?.trouble;
      return { ...view, ...(trouble && { needsAttention: trouble }) };
    },
  );

  app.post(
    "/claims/:id/decision",
    {
      schema: {
        tags,
        summary: "A reviewer's answer",
        params: claimParams,
        body: reviewAnswerSchema,
        response: {
          200: decidedSchema.describe("The answer counts"),
          202: decidedSchema
            .extend({ detail: z.string().describe("What holds the claim up") })
            .describe("The answer is kept, and the claim cannot go on from it yet"),
          default: problemResponse,
        },
      },
    },
    async (request, reply) => {
      const { id } = request.params;
      const decided = { claimId: id, outcome: request.body.outcome };
      await claims.decide(id, request.body);
      const trouble = await troubleWatch?.afterAnswer(claims, id);
      if (!trouble) return decided;
      reply.code(202);
      return { ...decided, detail: `The claim is held up: ${trouble.reason} The answer is kept.` };
    },
  );

  app.post(
    "/claims/:id/reassess",
    {
      schema: {
        tags,
        summary: "Lets a claim in review begin again, on the rules of today",
        params: claimParams,
        response: {
          202: z.object({ claimId: z.string() }).describe("The claim is assessed anew"),
          default: problemResponse,
        },
      },
    },
    async (request, reply) => {
      await claims.reassess(request.params.id);
      reply.code(202);
      return { claimId: request.params.id };
    },
  );

  app.post(
    "/claims/:id/withdraw",
    {
      schema: {
        tags,
        summary: "Ends a claim's assessment",
        params: claimParams,
        response: {
          202: z.object({ claimId: z.string() }).describe("The claim will end as withdrawn"),
          default: problemResponse,
        },
      },
    },
    async (request, reply) => {
      await claims.withdraw(request.params.id);
      reply.code(202);
      return { claimId: request.params.id };
    },
  );
};
