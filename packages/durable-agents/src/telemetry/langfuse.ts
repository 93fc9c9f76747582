// The attributes for which Langfuse has names of its own: https://langfuse.com/integrations/native/opentelemetry

import type { FinishedSpan, SpanAttributes } from "./logical-span.ts";
import { ATTR } from "./registry.ts";

const TYPES: Partial<Record<FinishedSpan["kind"], string>> = {
  invoke_agent: "agent",
  chat: "generation",
  execute_tool: "tool",
  guardrail: "guardrail",
};

/** @param release the version of what runs */
export function langfuseAttributes(
  { kind, attributes }: FinishedSpan,
  release: string | undefined,
): SpanAttributes {
  const common = {
    [ATTR.langfuseType]: TYPES[kind] ?? "span",
    [ATTR.langfuseSession]: attributes[ATTR.conversationId],
    [ATTR.langfuseRelease]: release,
    [ATTR.langfuseInput]: attributes[ATTR.inputMessages] ?? attributes[ATTR.toolArguments],
    [ATTR.langfuseOutput]: attributes[ATTR.outputMessages] ?? attributes[ATTR.toolResult],
  };
  if (kind !== "chat") return common;
  const cached = attributes[ATTR.cachedInputTokens];
  const reasoning = attributes[ATTR.reasoningTokens];
  const cost = attributes[ATTR.costUsd];
  return {
    ...common,
    [ATTR.langfuseModel]: attributes[ATTR.responseModel] ?? attributes[ATTR.requestModel],
    [ATTR.langfuseUsage]: JSON.stringify({
      input: attributes[ATTR.inputTokens],
      output: attributes[ATTR.outputTokens],
      ...(cached !== undefined && { input_cached_tokens: cached }),
      ...(reasoning !== undefined && { output_reasoning_tokens: reasoning }),
    }),
    [ATTR.langfuseCost]: cost === undefined ? undefined : JSON.stringify({ total: cost }),
  };
}
