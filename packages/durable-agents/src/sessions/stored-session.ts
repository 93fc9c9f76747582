// The stored form of a conversation in a Virtual Object's state.

import type { AgentInputItem } from "@openai/agents-core";

/**
 * One append: the items of it, in order, under a key of its own that is written once, and again only when items are
 * popped off it. `turns` counts the user messages among them, `v` is the version of this form.
 */
export interface WireSessionChunk {
  readonly v: 1;
  readonly turns: number;
  readonly items: readonly AgentInputItem[];
}

/**
 * Where the conversation's chunks are: `first` up to but not including `next`. Of constant size. `edits` counts what
 * was done other than appending (pop, clear, prune), so that a reader beside it notices; 0 when left out.
 */
export interface WireSessionHead {
  readonly v: 1;
  readonly first: number;
  readonly next: number;
  readonly edits?: number;
}

/** What stands for all chunks before number `upTo` when the conversation is sent to a model. */
export interface WireSessionSummary {
  readonly v: 1;
  readonly upTo: number;
  readonly text: string;
}
