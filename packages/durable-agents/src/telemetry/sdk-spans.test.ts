// The Agents SDK's trace provider, whose methods telemetry replaces. A failure names what an SDK has changed.

import { getGlobalTraceProvider, withCustomSpan, withTrace } from "@openai/agents-core";
import { expect, it, vi } from "vitest";

const REMEDY =
  "The Agents SDK has changed: mend src/telemetry/sdk-spans.ts, or narrow the ranges of @openai/agents-core.";

it("makes all traces and spans by its global trace provider", async () => {
  const provider = getGlobalTraceProvider();
  const createTrace = vi.spyOn(provider, "createTrace");
  const createSpan = vi.spyOn(provider, "createSpan");
  await withTrace("test", () => withCustomSpan(async () => {}, { data: { name: "work", data: {} } }));
  expect(createTrace, REMEDY).toHaveBeenCalledOnce();
  expect(createSpan, REMEDY).toHaveBeenCalledOnce();
});
