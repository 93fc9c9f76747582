// How a conversation is stored in a Virtual Object's state.

import type { AgentInputItem } from "@openai/agents-core";

/**
 * One append: the items of it, in order, under a key of its own that is written once. `turns` counts the user
 * messages among them, `v` is the version of this form.
 */
export interface WireSessionChunk {
  readonly v: 1;
  readonly turns: number;
  readonly items: readonly AgentInputItem[];
}

/** Where the conversation's chunks are: `first` up to but not including `next`. Of constant size. */
export interface WireSessionHead {
  readonly v: 1;
  readonly first: number;
  readonly next: number;
}
