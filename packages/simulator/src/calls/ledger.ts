/** Counts the model calls: by it tests prove that no journaled call was made twice and that agents ran side by side. */
import type { SimulatedRequest, Usage } from "../wire/simulated-request.ts";

const KEPT = 10_000;
const NO_TOKENS: Usage = { inputTokens: 0, outputTokens: 0 };
const NO_CALLS = { total: 0, repeated: 0, repeatedAfterAnswer: 0, answered: 0, ...NO_TOKENS };

/** One model call as the statistics have it. No text of the conversation is kept. */
export interface CallRecord
  extends Pick<SimulatedRequest, "conversation" | "agent" | "api" | "model" | "stream"> {
  /** 1 for the first call since the start or the last reset. */
  seq: number;
  /** Hash of the whole request: the same for a call that is made again. */
  requestHash: string;
  /** HTTP status; `null` as long as none was sent. */
  status: number | null;
  /** Whether the reply was sent in full. False while in flight, after a cut or a hang, and when the client went away. */
  answered: boolean;
}

/** The counters, as the README has them. Only the last 10,000 calls and hashes are kept; `total` counts all. */
export interface Stats extends Usage {
  total: number;
  repeated: number;
  /** Calls whose request had been answered before with status 200. A retry after a fault is none of these. */
  repeatedAfterAnswer: number;
  answered: number;
  inFlight: number;
  peakInFlight: number;
  peakAgentsInFlight: number;
  byConversation: Record<string, number>;
  byAgent: Record<string, number>;
  calls: CallRecord[];
}

export class CallLedger {
  readonly #open = new Set<CallRecord>();
  #counts = emptyCounts();

  begin(request: SimulatedRequest, requestHash: string): CallRecord {
    const counts = this.#counts;
    const { conversation, agent, api, model, stream } = request;
    counts.total += 1;
    const identity = { seq: counts.total, conversation, agent, requestHash, api, model, stream };
    const call: CallRecord = { ...identity, status: null, answered: false };
    const before = counts.seen.get(requestHash);
    if (before !== undefined) counts.repeated += 1;
    if (before === true) counts.repeatedAfterAnswer += 1;
    this.#remember(requestHash, before ?? false);
    counts.calls.push(call);
    if (counts.calls.length > KEPT) counts.calls.shift();
    this.#open.add(call);
    this.#measurePeaks();
    return call;
  }

  /** The reply is about to be sent in full. */
  answered(call: CallRecord, status: number, usage = NO_TOKENS): void {
    call.status = status;
    call.answered = true;
    this.#open.delete(call);
    if (status !== 200) return;
    this.#remember(call.requestHash, true);
    this.#counts.answered += 1;
    this.#counts.inputTokens += usage.inputTokens;
    this.#counts.outputTokens += usage.outputTokens;
  }

  /** The call has ended without a full reply: cut on purpose, or given up by the client. */
  lost(call: CallRecord): void {
    call.answered = false;
    this.#open.delete(call);
  }

  /** Forgets everything but the calls that are in flight. */
  reset(): void {
    this.#counts = emptyCounts();
    this.#measurePeaks();
  }

  stats(): Stats {
    const { seen: _, calls, ...counts } = this.#counts;
    return {
      ...counts,
      inFlight: this.#open.size,
      byConversation: countBy(calls, "conversation"),
      byAgent: countBy(calls, "agent"),
      calls: calls.map((call) => ({ ...call })),
    };
  }

  /** Forgets the oldest, so that a simulator that runs for weeks does not grow. */
  #remember(requestHash: string, answered: boolean): void {
    const { seen } = this.#counts;
    seen.set(requestHash, answered);
    const [oldest = requestHash] = seen.keys();
    if (seen.size > KEPT) seen.delete(oldest);
  }

  #measurePeaks(): void {
    const counts = this.#counts;
    counts.peakInFlight = Math.max(counts.peakInFlight, this.#open.size);
    const agents = new Set([...this.#open].map(({ agent }) => agent));
    counts.peakAgentsInFlight = Math.max(counts.peakAgentsInFlight, agents.size);
  }
}

function emptyCounts() {
  const calls: CallRecord[] = [];
  /** Hash of each request seen, and whether it was answered with 200. */
  const seen = new Map<string, boolean>();
  return { ...NO_CALLS, peakInFlight: 0, peakAgentsInFlight: 0, calls, seen };
}

function countBy(calls: CallRecord[], name: "conversation" | "agent"): Record<string, number> {
  const groups = Object.groupBy(calls, (call) => call[name]);
  return Object.fromEntries(Object.entries(groups).map(([id, group]) => [id, group?.length ?? 0]));
}
