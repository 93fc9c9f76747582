/** The stand-in of one agent's model: a function from what the model would read to what it would answer. */
import type { Json } from "./json.ts";

/** A stand-in, which lies beside its agent. It may be asked again at any time: the same words, the same answer. */
export interface StandIn {
  /** The agent's instructions, word for word: by them a call is known to be this agent's. */
  readonly instructions: string;
  /** The names of the offered tools to call next, handoffs too; all but the handoffs unless given. Each is called once. */
  readonly tools?: (conversation: Conversation) => readonly string[];
  /**
   * The answer once no tool is left to call: text, or the properties of the structured output. What the schema wants
   * beside them is filled in from the data. Reasons are marked as simulated.
   */
  readonly answer?: (conversation: Conversation) => string | Readonly<Record<string, Json | undefined>>;
}

/**
 * A conversation as a stand-in reads it. A field is looked up by its name, at any depth: in what tools returned, newest
 * first, in the JSON of the user's messages, newest first, and in the arguments of tool calls.
 */
export interface Conversation {
  /** What the tool returned last; text when it was no JSON. */
  result(tool: string): Json | undefined;
  text(field: string): string | undefined;
  flag(field: string): boolean | undefined;
  /** A number; when no user message has JSON, the amount that the newest one tells, whatever the field's name. */
  number(field: string): number | undefined;
}
