// Reads the texts of a reply.

import type { AgentOutputItem } from "@openai/agents-core";
import type { WireOutputItem } from "./model-response.ts";

/** The texts of a reply, in order. */
export function* texts(output: readonly (AgentOutputItem | WireOutputItem)[]): Generator<string> {
  for (const item of output) {
    if (item.type !== "message" || !("content" in item) || !Array.isArray(item.content)) continue;
    for (const part of item.content) if (part.type === "output_text") yield part.text;
  }
}
