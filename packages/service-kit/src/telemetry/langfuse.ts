// The attributes for which Langfuse has names of its own: https://langfuse.com/integrations/native/opentelemetry

import type { EndedSpan } from "@holdfast/durable-agents/telemetry";
import type { Attributes } from "@opentelemetry/api";
import { ATTR } from "./registry.ts";

const TYPES: Partial<Record<EndedSpan["kind"], string>> = {
  invoke_agent: "agent",
  chat: "generation",
  execute_tool: "tool",
  guardrail: "guardrail",
};

/** @param release the version of what runs */
export function langfuseAttributes({ kind, attributes }: EndedSpan, release: string): Attributes {
  const common = {
    [ATTR.langfuseType]: TYPES[kind] ?? "span",
    [ATTR.langfuseSession]: attributes[ATTR.conversationId],
    [ATTR.langfuseRelease]: release,
    [ATTR.langfuseInput]: attributes[ATTR.inputMessages] ?? attributes[ATTR.toolArguments],
    [ATTR.langfuseOutput]: attributes[ATTR.outputMessages] ?? attributes[ATTR.toolResult],
  };
  if (kind !== "chat") return common;
  const cost = attributes[ATTR.costUsd];
  return {
    ...common,
    [ATTR.langfuseModel]: attributes[ATTR.responseModel] ?? attributes[ATTR.requestModel],
    // JSON leaves out what is undefined.
    [ATTR.langfuseUsage]: JSON.stringify({
      input: attributes[ATTR.inputTokens],
      output: attributes[ATTR.outputTokens],
      input_cached_tokens: attributes[ATTR.cachedInputTokens],
      output_reasoning_tokens: attributes[ATTR.reasoningTokens],
    }),
    [ATTR.langfuseCost]: cost === undefined ? undefined : JSON.stringify({ total: cost }),
  };
}
