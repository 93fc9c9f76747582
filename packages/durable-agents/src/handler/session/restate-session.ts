// The SDK's Session in a Virtual Object's state: appended to, never rewritten, read from its tail.

import type { AgentInputItem, Session } from "@openai/agents-core";
import type { ObjectContext } from "@restatedev/restate-sdk";
import type { WireSessionChunk, WireSessionHead } from "../../wire/session.ts";
import { DurableContext, type DurableObjectContext } from "../context/durable-context.ts";
import { DEFAULT_SESSION_NAME, SessionHistory } from "./session-history.ts";

export interface RestateSessionOptions {
  /** Names the conversation when one object holds several; part of the state keys. `session` by default. */
  readonly name?: string;
  /** How many of the last turns the model is sent; a turn begins with a user's message. All of them by default. */
  readonly lastTurns?: number;
}

// A turn without tools, the smallest there is: a question and its answer.
const ITEMS_PER_PART = 2;

/**
 * The SDK's `Session` in a Virtual Object's state. Each append is a state entry of its own, so a long conversation
 * costs no more per turn than a short one when the handler sets `enableLazyState: true` and `lastTurns` bounds what
 * the model is sent.
 *
 * ```ts
 * await new DurableRunner(ctx).run(agent, message, { session: new RestateSession(ctx, { lastTurns: 20 }) });
 * ```
 */
export class RestateSession implements Session {
  readonly #context: DurableObjectContext;
  readonly #history: SessionHistory;
  readonly #name: string;
  readonly #lastTurns: number;

  /** @param context of the Virtual Object's exclusive handler that holds the conversation */
  constructor(context: ObjectContext | DurableObjectContext, options: RestateSessionOptions = {}) {
    this.#context = context instanceof DurableContext ? context : DurableContext.from(context);
    this.#name = options.name ?? DEFAULT_SESSION_NAME;
    this.#history = new SessionHistory(this.#context, this.#name);
    this.#lastTurns = options.lastTurns ?? Number.POSITIVE_INFINITY;
  }

  async getSessionId(): Promise<string> {
    return `${this.#context.key}/${this.#name}`;
  }

  /**
   * The conversation's items, oldest first: the last `limit` of them, or else the last turns this session sends to
   * the model. Reads only the tail that it needs.
   */
  async getItems(limit?: number): Promise<AgentInputItem[]> {
    if (limit !== undefined) {
      const items = await this.#history.tail(
        (chunks) => sum(chunks, (chunk) => chunk.items.length) >= limit,
        Math.ceil(limit / ITEMS_PER_PART),
      );
      return limit > 0 ? items.slice(-limit) : [];
    }
    const items = await this.#history.tail(
      (chunks) => sum(chunks, (chunk) => chunk.turns) >= this.#lastTurns,
      this.#lastTurns,
    );
    return lastTurns(items, this.#lastTurns);
  }

  async addItems(items: AgentInputItem[]): Promise<void> {
    if (items.length === 0) return;
    const head = await this.#history.head();
    this.#writeChunk(head.next, items);
    this.#writeHead({ ...head, next: head.next + 1 });
  }

  async popItem(): Promise<AgentInputItem | undefined> {
    const head = await this.#history.head();
    const last = head.next - 1;
    const chunk = last < head.first ? null : await this.#history.chunk(last);
    if (!chunk) return undefined;
    const items = chunk.items.slice(0, -1);
    if (items.length > 0) {
      this.#writeChunk(last, items);
    } else {
      this.#context.clear(this.#history.chunkKey(last));
      this.#writeHead({ ...head, next: last });
    }
    return chunk.items.at(-1);
  }

  async clearSession(): Promise<void> {
    const head = await this.#history.head();
    for (let n = head.first; n < head.next; n++) this.#context.clear(this.#history.chunkKey(n));
    // Numbers are not used again, so that a reader beside us never takes a new part for an old one.
    this.#writeHead({ ...head, first: head.next });
  }

  #writeChunk(n: number, items: readonly AgentInputItem[]): void {
    const chunk: WireSessionChunk = { v: 1, turns: items.filter(isUserMessage).length, items };
    this.#context.set(this.#history.chunkKey(n), chunk);
  }

  #writeHead(head: WireSessionHead): void {
    this.#context.set(this.#history.headKey, head);
  }
}

function isUserMessage(item: AgentInputItem): boolean {
  return "role" in item && item.role === "user";
}

function sum<T>(values: readonly T[], of: (value: T) => number): number {
  return values.reduce((total, value) => total + of(value), 0);
}

// Cut where a user speaks, so that no tool result is left without its call.
function lastTurns(items: AgentInputItem[], turns: number): AgentInputItem[] {
  let seen = 0;
  for (let i = items.length - 1; i >= 0; i--) {
    const item = items[i];
    if (item && isUserMessage(item) && ++seen === turns) return items.slice(i);
  }
  return items;
}
