// A stored conversation, to read: where its parts are, and its tail.

import type { AgentInputItem } from "@openai/agents-core";
import type { ObjectSharedContext } from "@restatedev/restate-sdk";
import type { WireSessionChunk, WireSessionHead } from "../../wire/session.ts";
import { DurableContext, type DurableObjectSharedContext } from "../context/durable-context.ts";

/** The state name of a conversation whose object holds only one. */
export const DEFAULT_SESSION_NAME = "session";

// How many parts are read at once: a turn is one or two of them.
const READ_AHEAD = 8;
const MAX_READ_AHEAD = 64;

/**
 * Reads a whole conversation, oldest item first; for shared handlers, beside a running one that appends to it.
 *
 * @param name of the conversation, as given to its RestateSession
 */
export function readSession(
  context: ObjectSharedContext | DurableObjectSharedContext,
  name = DEFAULT_SESSION_NAME,
): Promise<AgentInputItem[]> {
  const durable = context instanceof DurableContext ? context : DurableContext.from(context);
  return new SessionHistory(durable, name).tail(() => false, Number.POSITIVE_INFINITY);
}

export class SessionHistory {
  readonly #context: DurableObjectSharedContext;
  readonly #name: string;

  constructor(context: DurableObjectSharedContext, name: string) {
    this.#context = context;
    this.#name = name;
  }

  get headKey(): string {
    return `${this.#name}/head`;
  }

  chunkKey(n: number): string {
    return `${this.#name}/${String(n).padStart(8, "0")}`;
  }

  async head(): Promise<WireSessionHead> {
    return (await this.#context.get<WireSessionHead>(this.headKey)) ?? { v: 1, first: 0, next: 0 };
  }

  /** One part; null when it was cleared since the head was read. */
  chunk(n: number): Promise<WireSessionChunk | null> {
    return this.#context.get<WireSessionChunk>(this.chunkKey(n));
  }

  /**
   * The newest items, oldest first: whole parts, read backwards until there are enough.
   *
   * @param enough is asked with the parts read so far, newest first
   * @param expected how many parts will probably do: they are read in one go, since each further one is a round trip
   */
  async tail(
    enough: (newestFirst: readonly WireSessionChunk[]) => boolean,
    expected: number,
  ): Promise<AgentInputItem[]> {
    const head = await this.head();
    const newestFirst: WireSessionChunk[] = [];
    const step = Math.min(Math.max(expected, READ_AHEAD), MAX_READ_AHEAD);
    for (let end = head.next; end > head.first && !enough(newestFirst); end -= step) {
      const start = Math.max(head.first, end - step);
      const keys = Array.from({ length: end - start }, (_, i) => this.chunkKey(end - 1 - i));
      const chunks = await this.#context.getAll<WireSessionChunk>(keys);
      newestFirst.push(...chunks.filter((chunk) => chunk !== null));
    }
    return newestFirst.reverse().flatMap((chunk) => chunk.items);
  }
}
