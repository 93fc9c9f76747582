// Prompts and replies in the form that OpenTelemetry's GenAI conventions have for `gen_ai.input.messages` and its like: messages
// with parts (model/gen-ai/gen-ai-input-messages.json, at the commit that docs/telemetry.md names). Only for those who capture them.

import type { AgentInputItem, ModelRequest } from "@openai/agents-core";

/** A part has fields by its type; what the conventions have no type for keeps its own. */
type Part = { readonly type: string } & Readonly<Record<string, unknown>>;

interface Message {
  readonly role: "system" | "user" | "assistant" | "tool";
  readonly parts: Part[];
}

export function capturedMessages(input: ModelRequest["input"]): Message[] {
  if (typeof input === "string") return [{ role: "user", parts: [text(input)] }];
  const messages: Message[] = [];
  for (const item of input) {
    const message = messageOf(item);
    const last = messages.at(-1);
    // A reply is one message, of however many items.
    if (message.role === "assistant" && last?.role === "assistant") last.parts.push(...message.parts);
    else messages.push(message);
  }
  return messages;
}

export function capturedInstructions(instructions: string | undefined): Part[] | undefined {
  return instructions === undefined ? undefined : [text(instructions)];
}

function messageOf(item: AgentInputItem): Message {
  switch (item.type) {
    case "function_call":
      return assistant({
        type: "tool_call",
        id: item.callId,
        name: item.name,
        arguments: parsed(item.arguments),
      });
    case "function_call_result":
      return {
        role: "tool",
        parts: [{ type: "tool_call_response", id: item.callId, response: resultOf(item.output) }],
      };
    case "reasoning":
      return assistant({ type: "reasoning", content: item.content.map(({ text }) => text).join("\n") });
    case "message":
    case undefined: {
      const { role, content } = item;
      return { role, parts: typeof content === "string" ? [text(content)] : content.map(partOf) };
    }
    default:
      return assistant({ ...item });
  }
}

function assistant(part: Part): Message {
  return { role: "assistant", parts: [part] };
}

function text(content: string): Part {
  return { type: "text", content };
}

function partOf(content: { readonly type: string; readonly text?: string; readonly refusal?: string }): Part {
  if (content.text !== undefined) return text(content.text);
  if (content.refusal !== undefined) return { type: "refusal", content: content.refusal };
  return { ...content };
}

function resultOf(output: unknown): unknown {
  const isText = typeof output === "object" && output !== null && "type" in output && output.type === "text";
  return isText && "text" in output ? output.text : output;
}

/** As an object, which the conventions wish for; models also write what is no JSON. */
function parsed(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return json;
  }
}
