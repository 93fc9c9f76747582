// A conversation in a Virtual Object's state: its parts, each an append under a key of its own, and a head that says where they
// are.

import type { AgentInputItem } from "@openai/agents-core";
import type { ObjectSharedContext } from "@restatedev/restate-sdk";
import {
  DurableContext,
  type DurableObjectContext,
  type DurableObjectSharedContext,
} from "../runtime/durable-context.ts";
import { countTurns } from "./history/turns.ts";

/**
 * One append: the items of it, in order, under a key of its own that is written once, and again only when items are
 * popped off it. `turns` counts the user messages among them, `v` is the version of this form.
 */
interface WireSessionChunk {
  readonly v: 1;
  readonly turns: number;
  readonly items: readonly AgentInputItem[];
}

/**
 * Where the conversation's chunks are: `first` up to but not including `next`. Of constant size. `edits` counts what
 * was done other than appending (pop, clear, prune), so that a reader beside it notices; 0 when left out.
 */
interface WireSessionHead {
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

/** A part of the conversation, with its number. */
export interface StoredChunk extends WireSessionChunk {
  readonly n: number;
}

/** The state name of a conversation whose object holds only one. */
export const DEFAULT_SESSION_NAME = "session";

const EMPTY: WireSessionHead = { v: 1, first: 0, next: 0 };
// How many parts are read at once: a turn is one or two of them.
const READ_AHEAD = 8;
const MAX_READ_AHEAD = 64;
// Each removal is an entry of the journal: a conversation that was never pruned is not removed in one turn.
const PRUNED_AT_ONCE = 100;

export function itemsOf(chunks: readonly StoredChunk[]): AgentInputItem[] {
  return chunks.flatMap((chunk) => chunk.items);
}

/** Of each of their items, the number of the part that holds it. */
export function partsOf(chunks: readonly StoredChunk[]): number[] {
  return chunks.flatMap(({ n, items }) => items.map(() => n));
}

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
  const history = new SessionHistory(DurableContext.from(context), name);
  for (;;) {
    const head = await history.head();
    const chunks = await history.between(head.first, head.next);
    // Whoever pops, clears or prunes meanwhile leaves us parts of two conversations; whoever appends does not.
    const isOnePart = head.next - head.first < 2;
    if (isOnePart || (await history.head()).edits === head.edits) return itemsOf(chunks);
  }
}

/** A stored conversation, to read. */
class SessionHistory {
  readonly #context: DurableObjectSharedContext;
  readonly #name: string;
  protected readonly headKey: string;
  protected readonly summaryKey: string;

  constructor(context: DurableObjectSharedContext, name: string) {
    this.#context = context;
    this.#name = name;
    this.headKey = `${name}/head`;
    this.summaryKey = `${name}/summary`;
  }

  protected chunkKey(n: number): string {
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
    return this.tail({ first, next }, () => false, Number.POSITIVE_INFINITY);
  }

  /**
   * The newest parts before `next`, oldest first: read backwards until there are enough, or `first` is reached.
   *
   * @param enough is asked with the parts read so far, oldest first
   * @param expected how many parts will probably do: they are read in one go, since each further one is a round trip
   */
  async tail(
    { first, next }: Pick<WireSessionHead, "first" | "next">,
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

/**
 * A stored conversation, to write. The head is written before parts are removed, so that a reader beside us who misses one finds
 * the head changed.
 */
export class SessionStore extends SessionHistory {
  readonly #context: DurableObjectContext;
  #size: number | undefined;

  constructor(context: DurableObjectContext, name: string) {
    super(context, name);
    this.#context = context;
  }

  /** How many parts there are since the last one was appended; undefined before. It costs no read. */
  get size(): number | undefined {
    return this.#size;
  }

  async append(items: readonly AgentInputItem[]): Promise<void> {
    const head = await this.head();
    this.#putChunk(head.next, items);
    this.#context.set(this.headKey, { ...head, next: head.next + 1 });
    this.#size = head.next + 1 - head.first;
  }

  /** Takes the last item off. */
  async pop(): Promise<AgentInputItem | undefined> {
    const { head, summary } = await this.headAndSummary();
    const last = head.next - 1;
    const [chunk] = await this.between(Math.max(head.first, last), head.next);
    if (!chunk) return undefined;
    const items = chunk.items.slice(0, -1);
    this.#edit(head, items.length > 0 ? {} : { next: last });
    if (items.length > 0) this.#putChunk(last, items);
    else this.#context.clear(this.chunkKey(last));
    // It mentions what was taken back.
    if (summary && last < summary.upTo) this.#context.clear(this.summaryKey);
    return chunk.items.at(-1);
  }

  async clear(): Promise<void> {
    const head = await this.head();
    // Numbers are not used again, so that a reader beside us never takes a new part for an old one.
    this.#edit(head, { first: head.next });
    this.#context.clear(this.summaryKey);
    for (let n = head.first; n < head.next; n++) this.#context.clear(this.chunkKey(n));
  }

  /** Removes the parts before number `upTo`. */
  prune(head: WireSessionHead, upTo: number): void {
    const first = Math.min(upTo, head.first + PRUNED_AT_ONCE);
    if (first <= head.first) return;
    this.#edit(head, { first });
    for (let n = head.first; n < first; n++) this.#context.clear(this.chunkKey(n));
  }

  putSummary(summary: WireSessionSummary): void {
    this.#context.set(this.summaryKey, summary);
  }

  #putChunk(n: number, items: readonly AgentInputItem[]): void {
    const chunk: WireSessionChunk = { v: 1, turns: countTurns(items), items };
    this.#context.set(this.chunkKey(n), chunk);
  }

  #edit(head: WireSessionHead, change: Partial<WireSessionHead>): void {
    this.#context.set(this.headKey, { ...head, ...change, edits: (head.edits ?? 0) + 1 });
  }
}
