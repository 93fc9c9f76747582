// Finds the places where a conversation may be cut: where a user speaks, and never between a tool call and its result.

import type { AgentInputItem } from "@openai/agents-core";

const RESULT = /_(result|output)$/;

/** Whether a turn begins with this item. */
export function isUserMessage(item: AgentInputItem | undefined): boolean {
  return item !== undefined && "role" in item && item.role === "user";
}

/** How many turns begin among these items. */
export function countTurns(items: readonly AgentInputItem[]): number {
  return items.filter(isUserMessage).length;
}

/** Where the last `turns` turns begin; undefined when there are fewer, or they need a tool call before them. */
export function startOfLastTurns(items: readonly AgentInputItem[], turns: number): number | undefined {
  const cut = new BackwardCut();
  for (let i = items.length - 1; i >= 0; i--) {
    cut.before(items[i] as AgentInputItem);
    if (cut.turns >= turns && cut.isClean) return i;
  }
  return undefined;
}

/** A cut that moves towards the beginning, item by item. */
export class BackwardCut {
  // Results that were passed whose calls were not: a cut here would leave them alone.
  readonly #callless = new Set<string>();
  #turns = 0;
  #atUserMessage = false;

  /** How many turns begin after the cut. */
  get turns(): number {
    return this.#turns;
  }

  /** Whether a conversation may begin here. */
  get isClean(): boolean {
    return this.#atUserMessage && this.#callless.size === 0;
  }

  /** Moves the cut before an item, which is the one before all that were passed. */
  before(item: AgentInputItem): void {
    this.#atUserMessage = isUserMessage(item);
    if (this.#atUserMessage) this.#turns++;
    if (!("callId" in item) || typeof item.callId !== "string") return;
    if (RESULT.test(item.type)) this.#callless.add(item.callId);
    else this.#callless.delete(item.callId);
  }
}
