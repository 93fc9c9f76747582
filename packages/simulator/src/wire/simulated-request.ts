/** The one form that both APIs are read into: rules, scripts, faults and statistics know nothing of the wire. */
import type { SchemaNode } from "../schema/schema-node.ts";

export type Api = "responses" | "chat_completions";

type Message<Role> = { type: Role; text: string };
type ToolCall = { type: "tool_call"; callId: string; name: string; arguments: string };
type ToolResult = { type: "tool_result"; callId: string; output: string };

/** One item of a conversation, in order. `output` and `arguments` are the raw strings of the wire. */
export type ConversationItem =
  | Message<"user">
  | Message<"assistant">
  | ToolCall
  | (ToolResult & { name: string });

/** An item as both APIs have it: instructions among the others, and a result without the name that only its call has. */
export type WireItem = Message<"user"> | Message<"assistant"> | Message<"system"> | ToolCall | ToolResult;

/** A function tool offered to the model. Handoffs arrive as tools too. Hosted tools are left out. */
export interface SimulatedTool {
  name: string;
  description: string;
  parameters: SchemaNode;
}

/** A model call, in the same form for both APIs. */
export interface SimulatedRequest {
  api: Api;
  model: string;
  /** `instructions` and every system or developer message, joined by blank lines. */
  instructions: string;
  items: ConversationItem[];
  tools: SimulatedTool[];
  toolChoice: "auto" | "none" | "required" | { name: string };
  parallelToolCalls: boolean;
  /** JSON schema of the structured output that is asked for; absent for plain text. */
  outputSchema?: SchemaNode;
  stream: boolean;
  /** Short hash of the instructions and the first input item. */
  conversation: string;
  /** Short hash of the instructions: see {@link agentId}. */
  agent: string;
}

/** A call to a tool that a reply makes. Arguments that are a string are sent as they are, also when they are no JSON. */
export type ReplyToolCall = { name: string; arguments: unknown };

/** Token counts of a reply. */
export type Usage = { inputTokens: number; outputTokens: number };

/** What the model answers. `json` is sent as text; tool calls come after the text. */
export interface Reply {
  text?: string;
  json?: unknown;
  toolCalls?: ReplyToolCall[];
  /** Replaces the estimate made from the lengths of the texts. */
  usage?: Partial<Usage>;
}
