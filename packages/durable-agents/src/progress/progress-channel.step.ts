// The way of one run's events out of this process. Replayed code and the steps inside of it only put events in; a
// background sender takes them out, in order and one batch at a time. Nothing of what becomes of them reaches the run.

import { AsyncLocalStorage } from "node:async_hooks";
import { randomUUID } from "node:crypto";
import type { ModelStepPart } from "../agents/plugin.ts";
import type {
  WireExecutionEvent,
  WireProgressBatch,
  WireProgressEvent,
  WireProgressLedger,
  WireRunEvent,
} from "./progress-events.ts";
import { emptyLedger } from "./progress-ledger.ts";
import { onText } from "./streaming/on-text.step.ts";

/** Sends the progress of runs to readers elsewhere. Made by {@link publishTo}. */
export interface ProgressPublisher {
  /** The shortest time between two calls for one run, in milliseconds. */
  readonly intervalMs: number;
  /**
   * Publishes a batch, possibly for the second time. Rejects when it is to be tried again.
   *
   * @param invocationId of the run
   */
  publish(batch: WireProgressBatch, invocationId: string): Promise<void>;
}

// About a megabyte: a run's progress is worth no more memory, however long nobody takes it.
const MAX_BUFFERED_CHARS = 500_000;
const EVENT_CHARS = 200;
/** After these many failures in a row, over some seconds, what is buffered is dropped. */
const MAX_FAILURES = 5;
const MAX_PAUSE_MS = 5_000;
const MAX_CHANNELS = 1_000;

// Timers and requests belong to no run: they must not carry the one that happened to start them.
const detached = AsyncLocalStorage.snapshot();

export class ProgressChannel {
  static readonly #known = new Map<string, ProgressChannel>();

  /**
   * The channel of an invocation's run in this process, by the run's number. It outlives attempts, so that a replay here
   * sends nothing again; a run that goes on in another process, or comes back after many others, is reported from its
   * beginning, which readers do not see.
   */
  static of(invocationId: string, number: number): ProgressChannel {
    const channels = ProgressChannel.#known;
    const run = `${invocationId}/${number}`;
    const channel = channels.get(run) ?? new ProgressChannel(invocationId, run);
    channels.delete(run);
    channels.set(run, channel);
    for (const oldest of channels.keys()) {
      if (channels.size <= MAX_CHANNELS) break;
      channels.delete(oldest);
    }
    return channel;
  }

  /** What a listener in this process is remembered to have, from attempt to attempt. */
  ledger: WireProgressLedger = emptyLedger();
  readonly #invocationId: string;
  readonly #run: string;
  #events: WireProgressEvent[] = [];
  /** Of each execution, the delta that has not been taken yet. */
  readonly #open = new Map<string, Extract<WireExecutionEvent, { type: "text" }>>();
  #chars = 0;
  #seen = -1;
  #publisher: ProgressPublisher | undefined;
  #log: ((message: string) => void) | undefined;
  #timer: { readonly at: number; readonly handle: NodeJS.Timeout } | undefined;
  #sending = false;
  // As if something had been sent: the events of a run's beginning go together.
  #sentAt = performance.now();
  #failures = 0;
  #warned = false;

  constructor(invocationId: string, run: string) {
    this.#invocationId = invocationId;
    this.#run = run;
  }

  /** Sends as the run's current attempt wants it from now on. @param log of the first thing that goes wrong */
  attach(publisher: ProgressPublisher, log: (message: string) => void): void {
    this.#publisher = publisher;
    this.#log = log;
  }

  /** An event of the replayed code; one that was put in before is left out. */
  event(event: WireRunEvent): void {
    if (event.n <= this.#seen) return;
    this.#seen = event.n;
    this.#put(event);
    if (event.type === "run_ended") this.#wake(0);
    // The others can wait a little for what goes with them: each batch costs as much as a step.
    else if (!this.#timer) this.#wake(2 * this.#interval);
  }

  /** A part of the text that an execution of a step says. @returns whether it began a new event, of number `n` */
  text(step: number, execution: string, n: number, delta: string): boolean {
    const open = this.#open.get(execution);
    if (open) {
      open.delta += delta;
      this.#chars += delta.length;
    } else {
      const event = { type: "text" as const, step, execution, n, delta };
      this.#open.set(execution, event);
      this.#put(event);
    }
    // A reader is waiting for the first words.
    this.#wake(0);
    return !open;
  }

  failed(step: number, execution: string, n: number): void {
    this.#open.delete(execution);
    this.#put({ type: "failed", step, execution, n });
    this.#wake(0);
  }

  /** The part of a model call's step that reports the reply's text while it comes: one execution, which no replay repeats. */
  reporting(step: number): ModelStepPart {
    return async (attempt, next) => {
      const execution = randomUUID();
      const { signal } = attempt;
      let n = 0;
      // An attempt that is over may have been taken over by somebody else.
      onText(attempt, (delta) => {
        if (signal.aborted || delta === "") return;
        if (this.text(step, execution, n, delta)) n++;
      });
      try {
        return await next();
      } catch (error) {
        if (!signal.aborted) this.failed(step, execution, n++);
        throw error;
      }
    };
  }

  get #interval(): number {
    return this.#publisher?.intervalMs ?? 0;
  }

  #put(event: WireProgressEvent): void {
    this.#events.push(event);
    this.#chars += sizeOf(event);
    // Of what remains nothing is wrong: an execution that misses a delta is not shown any further.
    while (this.#chars > MAX_BUFFERED_CHARS && this.#events.length > 1) this.#drop(this.#events.shift());
  }

  #drop(event: WireProgressEvent | undefined): void {
    if (!event) return;
    this.#chars -= sizeOf(event);
    if (event.type === "text" && this.#open.get(event.execution) === event)
      this.#open.delete(event.execution);
    this.warn("The progress of a run cannot be delivered and is dropped. The run goes on.");
  }

  /** Warns of the run's progress, once. */
  warn(message: string): void {
    if (!this.#warned) this.#log?.(message);
    this.#warned = true;
  }

  /** Sends after `delayMs`, but never sooner after the last batch than it may. */
  #wake(delayMs: number): void {
    if (this.#sending || this.#events.length === 0) return;
    const pause =
      this.#failures === 0
        ? this.#interval
        : Math.min(Math.max(this.#interval, 50) * 2 ** this.#failures, MAX_PAUSE_MS);
    const now = performance.now();
    const at = Math.max(now + delayMs, this.#sentAt + pause);
    if (this.#timer && this.#timer.at <= at) return;
    clearTimeout(this.#timer?.handle);
    const handle = detached(() => setTimeout(() => void this.#send(), at - now));
    handle.unref();
    this.#timer = { at, handle };
  }

  async #send(): Promise<void> {
    this.#timer = undefined;
    const events = this.#events;
    if (events.length === 0 || !this.#publisher) return;
    this.#events = [];
    this.#open.clear();
    this.#chars = 0;
    this.#sending = true;
    try {
      const batch = { v: 1 as const, run: this.#run, sentAt: Date.now(), events };
      await this.#publisher.publish(batch, this.#invocationId);
      this.#failures = 0;
    } catch {
      this.#failures++;
      this.#events = [...events, ...this.#events];
      this.#chars += events.reduce((chars, event) => chars + sizeOf(event), 0);
      if (this.#failures >= MAX_FAILURES) while (this.#events.length > 0) this.#drop(this.#events.shift());
    } finally {
      this.#sending = false;
      this.#sentAt = performance.now();
    }
    this.#wake(0);
  }
}

function sizeOf(event: WireProgressEvent): number {
  if (event.type === "text") return EVENT_CHARS + event.delta.length;
  return EVENT_CHARS + (event.type === "model_ended" ? event.text.length : 0);
}
