// Restate's UI playground shows each handler's JSON schema and an example that the handler takes.

import { readCoveragePlan } from "@holdfast/claims/plan";
import { sampleClaim } from "@holdfast/contracts";
import { startTestBed, type TestBed } from "@holdfast/testing";
import { afterAll, beforeAll, expect, it } from "vitest";
import { z } from "zod";
import { readAuthorityMatrix } from "../../services/coordinator/decision/authority-matrix.ts";
import { parallelAgentService } from "../../services/coordinator/tour/parallel-agent.ts";

const models = {
  modelProvider: { getModel: () => Promise.reject(new Error("no model here")) },
  model: "none",
  maxRetryAttempts: 1,
};

let bed: TestBed;
beforeAll(async () => {
  bed = await startTestBed("default", {
    services: () => [
      parallelAgentService({ plan: readCoveragePlan(), matrix: readAuthorityMatrix(), models }),
    ],
  });
});
afterAll(async () => {
  await bed?.stop();
});

const handlerSchema = z.object({
  documentation: z.string(),
  input_json_schema: z.object({
    required: z.array(z.string()),
    properties: z.record(z.string(), z.unknown()),
    additionalProperties: z.literal(false),
    examples: z.array(z.unknown()),
  }),
});

it("gives the claim's schema, its documentation and the sample claim", async () => {
  const [service] = await bed.server.admin.services();
  const handler = handlerSchema.parse(service?.handlers[0]);
  expect(handler.documentation).toMatch(/parallel/);
  expect(handler.input_json_schema.examples).toEqual([sampleClaim]);
  expect(handler.input_json_schema.required.sort()).toEqual(Object.keys(sampleClaim).sort());
});
