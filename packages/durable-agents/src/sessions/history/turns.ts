// Finds the places where a conversation may be cut: where a user speaks, and never between a tool call and its result.

import type { AgentInputItem } from "@openai/agents-core";

const RESULT = /_(result|output)$/;

/** Whether a turn begins with this item. */
function isUserMessage(item: AgentInputItem): boolean {
  return "role" in item && item.role === "user";
}

/** How many turns begin among these items. */
export function countTurns(items: readonly AgentInputItem[]): number {
  return items.filter(isUserMessage).length;
}

/**
 * Where the last `turns` turns begin; undefined when there are fewer, or they need a tool call before them.
 *
 * @param mayCut whether a cut before the item at this index will do; the turns before it are taken along when it will not
 */
export function startOfLastTurns(
  items: readonly AgentInputItem[],
  turns: number,
  mayCut: (index: number) => boolean = () => true,
): number | undefined {
  // Results that were passed whose calls were not: a cut here would leave them alone.
  const callless = new Set<string>();
  let passed = 0;
  for (const [index, item] of [...items.entries()].reverse()) {
    if ("callId" in item && typeof item.callId === "string") {
      if (RESULT.test(item.type)) callless.add(item.callId);
      else callless.delete(item.callId);
    }
    if (!isUserMessage(item)) continue;
    passed++;
    if (passed >= turns && callless.size === 0 && mayCut(index)) return index;
  }
  return undefined;
}
