// The SDK's Session in a Virtual Object's state: appended to, never rewritten, read from its tail.

import type { AgentInputItem, RunContext, RunContextAwareSession } from "@openai/agents-core";
import { CancelledError, type ObjectContext, TerminalError } from "@restatedev/restate-sdk";
import { hookSession, type Run, type RunHooks } from "../agents/plugin.ts";
import { DurableContext, type DurableObjectContext } from "../runtime/durable-context.ts";
import { type HistoryPolicy, wholeHistory } from "./history/history-policy.ts";
import { DEFAULT_SESSION_NAME, itemsOf, SessionStore } from "./session-store.ts";

/** Settings of a {@link RestateSession}. */
export interface RestateSessionOptions {
  /** Names the conversation when one object holds several; part of the state keys. `session` by default. */
  readonly name?: string;
  /** What of the conversation the model is sent: `keepLastTurns(…)` or `summarise(…)`; all of it by default. */
  readonly history?: HistoryPolicy;
}

// A turn without tools, the smallest there is: a question and its answer.
const ITEMS_PER_PART = 2;

// The conversations of each invocation that a run has in hand.
const held = new WeakMap<DurableContext, Set<string>>();

/**
 * The SDK's `Session` in a Virtual Object's state. Each append is a state entry of its own, so a long conversation
 * costs no more per turn than a short one when the handler sets `enableLazyState: true` and `history` bounds what
 * the model is sent.
 *
 * ```ts
 * const session = new RestateSession(ctx, { history: keepLastTurns(20) });
 * await new DurableRunner(ctx).run(agent, message, { session });
 * ```
 *
 * A run that ends appends all that it added. Of one that is cancelled, what the user said stays, and nothing of the
 * unfinished answer does: no call without its result. Of one that fails, the SDK keeps nothing, or in a streaming run
 * what the user said.
 */
export class RestateSession implements RunContextAwareSession {
  /** Lets the SDK give the run's context to the session, so that a summary counts in the run's usage. */
  readonly acceptsRunContext = true;
  readonly #context: DurableObjectContext;
  readonly #name: string;
  readonly #store: SessionStore;
  readonly #history: HistoryPolicy;

  /** @param context of the Virtual Object's exclusive handler that holds the conversation */
  constructor(context: ObjectContext | DurableObjectContext, options: RestateSessionOptions = {}) {
    const durable = DurableContext.from(context);
    this.#context = durable;
    this.#name = options.name ?? DEFAULT_SESSION_NAME;
    this.#store = new SessionStore(durable, this.#name);
    this.#history = options.history ?? wholeHistory;
    hookSession(this, (run) => this.#hold(run));
  }

  /**
   * How many turns the conversation has, once a run has added one: what each run appended counts as a turn. Undefined before.
   * It reads nothing.
   */
  get turns(): number | undefined {
    return this.#store.size;
  }

  /** The object's key and the conversation's name, as `key/name`. */
  async getSessionId(): Promise<string> {
    return `${this.#context.key}/${this.#name}`;
  }

  /**
   * The conversation's items, oldest first: the last `limit` of them as they were appended, or else what this
   * session's `history` sends to the model. Reads only the tail that it needs.
   */
  async getItems(limit?: number, runContext?: RunContext<unknown>): Promise<AgentInputItem[]> {
    if (limit === undefined) return this.#history.read(this.#store, runContext);
    if (limit <= 0) return [];
    const tail = await this.#store.tail(
      await this.#store.head(),
      (chunks) => itemsOf(chunks).length >= limit,
      Math.ceil(limit / ITEMS_PER_PART),
    );
    return itemsOf(tail).slice(-limit);
  }

  /** Appends items as one part of the conversation, under a state key of its own; an empty list does nothing. */
  async addItems(items: AgentInputItem[]): Promise<void> {
    if (items.length > 0) await this.#store.append(items);
  }

  /**
   * Takes the last item off and gives it. An item that was summarised, and not pruned, can be taken too: the summary
   * is dropped then, and made anew when it is needed.
   */
  popItem(): Promise<AgentInputItem | undefined> {
    return this.#store.pop();
  }

  /** Forgets the conversation, its summary included. */
  clearSession(): Promise<void> {
    return this.#store.clear();
  }

  /**
   * Takes part in a run. A conversation takes one turn at a time: two runs at once would read and append between each other's items.
   *
   * @throws TerminalError when another run of this invocation holds the conversation
   */
  #hold(run: Run): RunHooks {
    const names = held.get(this.#context) ?? new Set();
    held.set(this.#context, names);
    if (names.has(this.#name)) {
      throw new TerminalError(
        `A run with the session "${this.#name}" is in progress, and this one would mix up its turns with it. ` +
          "Await the other one, reading a streamed run to its end, or give each run a session of another name.",
      );
    }
    names.add(this.#name);
    return {
      runEnded: async (ending) => {
        try {
          const cancelled = ending.status === "failed" && ending.error instanceof CancelledError;
          // Of a run that did not end the SDK appends nothing, but whoever interrupts an answer refers to what was said ("no, in
          // French"). Of a streamed run the SDK has kept it.
          if (cancelled && !run.isStreamed) await this.addItems(inputOf(run));
        } finally {
          names.delete(this.#name);
        }
      },
    };
  }
}

function inputOf({ input }: Run): AgentInputItem[] {
  return typeof input === "string" ? [{ type: "message", role: "user", content: input }] : [...input];
}
