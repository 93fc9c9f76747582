// A conversation's messages and their authors, as its reader sees it.

import type { AgentInputItem } from "@openai/agents-core";

export interface ChatMessage {
  readonly role: "user" | "assistant";
  readonly content: string;
}

/** The messages among a session's items; tool calls and reasoning are left out. */
export function toMessages(items: readonly AgentInputItem[]): ChatMessage[] {
  return items.flatMap((item): ChatMessage[] => {
    if (!("role" in item) || item.role === "system") return [];
    const content =
      typeof item.content === "string"
        ? item.content
        : item.content.map((part) => ("text" in part ? part.text : "")).join("");
    return [{ role: item.role, content }];
  });
}
