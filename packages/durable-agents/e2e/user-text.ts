// Reads the user's first message, for scripted models whose script is in it.

import type { ModelRequest } from "@openai/agents-core";

export function userText({ input }: ModelRequest): string {
  if (typeof input === "string") return input;
  const [first] = input;
  return first && "content" in first ? String(first.content) : "";
}
