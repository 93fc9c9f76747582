// A conversation as text, for a model that is to summarise it: calls and results as items would need the tools.

import type { AgentInputItem } from "@openai/agents-core";

// The longest text of one item, in characters: what matters of a long tool result stands in the answer to it.
const MAX_LENGTH = 4_000;

/** One paragraph an item: who said it, or what was called with what result. Reasoning is left out. */
export function transcript(items: readonly AgentInputItem[]): string {
  return items
    .flatMap((item) => paragraph(item) ?? [])
    .map((text) => (text.length > MAX_LENGTH ? `${text.slice(0, MAX_LENGTH)} […]` : text))
    .join("\n\n");
}

function paragraph(item: AgentInputItem): string | undefined {
  if ("role" in item) return `${item.role}: ${contentText(item.content)}`;
  switch (item.type) {
    case "function_call":
      return `assistant calls ${item.name}: ${item.arguments}`;
    case "function_call_result":
      return `${item.name} answers: ${contentText(item.output)}`;
    case "reasoning":
      return undefined;
    default:
      return `[${item.type}]`;
  }
}

function contentText(content: unknown): string {
  if (typeof content === "string") return content;
  if (Array.isArray(content)) return content.map(contentText).join(" ");
  if (typeof content !== "object" || content === null) return String(content);
  for (const key of ["text", "refusal", "transcript"]) {
    const text: unknown = Reflect.get(content, key);
    if (typeof text === "string") return text;
  }
  return `[${"type" in content ? String(content.type) : "object"}]`;
}
