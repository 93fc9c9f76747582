// A stored conversation, to write: appends, pops, clears, prunes. The head is written before parts are removed, so
// that a reader beside us who misses one finds the head changed.

import type { AgentInputItem } from "@openai/agents-core";
import type { DurableObjectContext } from "../runtime/durable-context.ts";
import { countTurns } from "./history/turns.ts";
import { SessionHistory } from "./session-history.ts";
import type { WireSessionChunk, WireSessionHead, WireSessionSummary } from "./stored-session.ts";

// Each removal is an entry of the journal: a conversation that was never pruned is not removed in one turn.
const PRUNED_AT_ONCE = 100;

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
