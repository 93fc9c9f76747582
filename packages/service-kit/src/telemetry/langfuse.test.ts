import type { EndedSpan } from "@holdfast/durable-agents/telemetry";
import { expect, it } from "vitest";
import { langfuseAttributes } from "./langfuse.ts";
import { ATTR } from "./registry.ts";

const span = (kind: EndedSpan["kind"], attributes: EndedSpan["attributes"]): EndedSpan => ({
  kind,
  name: kind,
  traceId: "",
  spanId: "",
  parentSpanId: undefined,
  start: 0,
  end: 1,
  attributes: { [ATTR.conversationId]: "c-1", ...attributes },
  events: [],
});

it("names a model call's model, usage and cost", () => {
  const chat = span("chat", {
    [ATTR.requestModel]: "gpt",
    [ATTR.responseModel]: "gpt-2026",
    [ATTR.inputTokens]: 10,
    [ATTR.outputTokens]: 5,
    [ATTR.cachedInputTokens]: 4,
    [ATTR.costUsd]: 0.5,
    [ATTR.inputMessages]: "[]",
  });
  expect(langfuseAttributes(chat, "1.2.3")).toEqual({
    [ATTR.langfuseType]: "generation",
    [ATTR.langfuseSession]: "c-1",
    [ATTR.langfuseRelease]: "1.2.3",
    [ATTR.langfuseInput]: "[]",
    [ATTR.langfuseModel]: "gpt-2026",
    [ATTR.langfuseUsage]: '{"input":10,"output":5,"input_cached_tokens":4}',
    [ATTR.langfuseCost]: '{"total":0.5}',
  });
});

it.each([
  ["invoke_agent", "agent"],
  ["execute_tool", "tool"],
  ["guardrail", "guardrail"],
  ["approval", "span"],
] as const)("takes %s for its type %s", (kind, type) => {
  expect(langfuseAttributes(span(kind, {}), "1")).toMatchObject({ [ATTR.langfuseType]: type });
});

it("takes a tool's arguments and result for what went in and out", () => {
  const tool = span("execute_tool", { [ATTR.toolArguments]: "{}", [ATTR.toolResult]: "done" });
  expect(langfuseAttributes(tool, "1")).toMatchObject({
    [ATTR.langfuseInput]: "{}",
    [ATTR.langfuseOutput]: "done",
  });
});
