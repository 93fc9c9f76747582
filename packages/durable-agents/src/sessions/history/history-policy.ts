// Chooses the part of a conversation that the model is sent: all of it, or its last turns.

import type { AgentInputItem, RunContext } from "@openai/agents-core";
import { TerminalError } from "@restatedev/restate-sdk";
import { currentDurableRun } from "../../agents/run.ts";
import { itemsOf, partsOf, type SessionStore } from "../session-store.ts";
import { startOfLastTurns } from "./turns.ts";

/** What of its history a RestateSession sends to the model; made by {@link keepLastTurns} or {@link summarise}. */
export interface HistoryPolicy {
  /** @internal The items to send; within a run it may also summarise and prune what is stored. */
  read(store: SessionStore, runContext?: RunContext<unknown>): Promise<AgentInputItem[]>;
}

/** The policy of a session that was given none. */
export const wholeHistory: HistoryPolicy = {
  read: async (store) => {
    const head = await store.head();
    return itemsOf(await store.between(head.first, head.next));
  },
};

/**
 * Sends the model the last `turns` turns, each as a whole; a turn begins with a user's message. No more than these are
 * read.
 *
 * @param options `prune` removes older turns from the state, so that its size stays the same; kept by default
 * @throws TerminalError when `turns` is no whole number above 0
 */
export function keepLastTurns(turns: number, options: { readonly prune?: boolean } = {}): HistoryPolicy {
  requireTurns("keepLastTurns", { turns });
  return {
    async read(store) {
      const head = await store.head();
      const tail = await store.tail(
        head,
        (chunks) => startOfLastTurns(itemsOf(chunks), turns) !== undefined,
        turns,
      );
      const items = itemsOf(tail);
      const start = startOfLastTurns(items, turns);
      if (start === undefined) return items;
      if (options.prune && currentDurableRun()) store.prune(head, partsOf(tail)[start] ?? head.first);
      return items.slice(start);
    },
  };
}

/** @throws TerminalError when one of them is no whole number above 0 */
export function requireTurns(policy: string, turns: Record<string, number>): void {
  for (const [name, value] of Object.entries(turns)) {
    if (!Number.isInteger(value) || value < 1) {
      throw new TerminalError(
        `${policy}: ${name} is ${value}. Give a number of turns: a whole number above 0.`,
      );
    }
  }
}
