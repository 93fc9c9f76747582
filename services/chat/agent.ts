// The chat agent: a helpful assistant.

import { Agent } from "@openai/agents-core";

export function chatAgent(model: string) {
  return new Agent({ name: "Assistant", model, instructions: "You are a helpful assistant." });
}
