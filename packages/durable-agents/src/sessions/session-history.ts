// A stored conversation, to read: where its parts are, and its tail.

import type { AgentInputItem } from "@openai/agents-core";
import type { ObjectSharedContext } from "@restatedev/restate-sdk";
import { DurableContext, type DurableObjectSharedContext } from "../runtime/durable-context.ts";
import type { WireSessionChunk, WireSessionHead, WireSessionSummary } from "./stored-session.ts";

/** The state name of a conversation whose object holds only one. */
export const DEFAULT_SESSION_NAME = "session";

// How many parts are read at once: a turn is one or two of them.
const READ_AHEAD = 8;
const MAX_READ_AHEAD = 64;

/**
 * Reads a whole conversation, oldest item first; for shared handlers, beside a running one that appends to it. What
 * was summarised is there too, unless it was pruned; the summary is not.
 *
 * @param name of the conversation, as given to its RestateSession
 */
export async function readSession(
  context: ObjectSharedContext | DurableObjectSharedContext,
  name = DEFAULT_SESSION_NAME,
): Promise<AgentInputItem[]> {
  const durable = DurableContext.from(context);
  const history = new SessionHistory(durable, name);
  for (;;) {
    const head = await history.head();
    const chunks = await history.between(head.first, head.next);
    // Whoever pops, clears or prunes meanwhile leaves us parts of two conversations; whoever appends does not.
    const isOnePart = head.next - head.first < 2;
    if (isOnePart || (await history.head()).edits === head.edits) return itemsOf(chunks);
  }
}

/** A part of the conversation, with its number. */
export interface StoredChunk extends WireSessionChunk {
  readonly n: number;
}

export function itemsOf(chunks: readonly StoredChunk[]): AgentInputItem[] {
  return chunks.flatMap((chunk) => chunk.items);
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

  get summaryKey(): string {
    return `${this.#name}/summary`;
  }

  chunkKey(n: number): string {
    return `${this.#name}/${String(n).padStart(8, "0")}`;
  }

  async head(): Promise<WireSessionHead> {
    return (await this.#context.get<WireSessionHead>(this.headKey)) ?? EMPTY;
  }

  /** Both in one wait. */
  async headAndSummary(): Promise<{ head: WireSessionHead; summary: WireSessionSummary | undefined }> {
    const [head, summary] = await this.#context.getAll([this.headKey, this.summaryKey]);
    return {
      head: (head as WireSessionHead | null) ?? EMPTY,
      summary: (summary as WireSessionSummary | null) ?? undefined,
    };
  }

  /** The parts from `first` up to but not including `next`, oldest first. */
  between(first: number, next: number): Promise<StoredChunk[]> {
    return this.tail(first, next, () => false, Number.POSITIVE_INFINITY);
  }

  /**
   * The newest parts before `next`, oldest first: read backwards until there are enough, or `first` is reached.
   *
   * @param enough is asked with the parts read so far, oldest first
   * @param expected how many parts will probably do: they are read in one go, since each further one is a round trip
   */
  async tail(
    first: number,
    next: number,
    enough: (chunks: readonly StoredChunk[]) => boolean,
    expected: number,
  ): Promise<StoredChunk[]> {
    const read: StoredChunk[][] = [];
    const step = Math.min(Math.max(expected, READ_AHEAD), MAX_READ_AHEAD);
    for (let end = next; end > first; end -= step) {
      read.unshift(await this.#chunks(Math.max(first, end - step), end));
      if (enough(read.flat())) break;
    }
    return read.flat();
  }

  // What was cleared since the head was read is left out.
  async #chunks(start: number, end: number): Promise<StoredChunk[]> {
    const numbers = Array.from({ length: end - start }, (_, i) => start + i);
    const chunks = await this.#context.getAll<WireSessionChunk>(numbers.map((n) => this.chunkKey(n)));
    return chunks.flatMap((chunk, i) => (chunk ? [{ ...chunk, n: start + i }] : []));
  }
}

const EMPTY: WireSessionHead = { v: 1, first: 0, next: 0 };
