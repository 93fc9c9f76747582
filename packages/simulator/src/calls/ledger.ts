/**
 * Counts every model call. Tests read it to prove that no journaled call was made twice and that agents really ran
 * side by side.
 */
import type { Api, SimulatedRequest, Usage } from "../wire/simulated-request.ts";
import { BoundedMap } from "./bounded-map.ts";

const KEPT = 10_000;
const NOTHING: Usage = { inputTokens: 0, outputTokens: 0 };

/** One model call as the statistics tell it. No text of the conversation is kept. */
export interface CallRecord {
  /** 1 for the first call since the start or the last reset. */
  seq: number;
  conversation: string;
  agent: string;
  /** Hash of the whole request: the same for a call that is made again. */
  requestHash: string;
  api: Api;
  model: string;
  stream: boolean;
  /** HTTP status; `null` as long as none was sent. */
  status: number | null;
  /** Whether the reply was sent in full. False while in flight, after a cut or a hang, and when the client went away. */
  answered: boolean;
}

/** The counters. Only the last 10,000 calls, conversations, agents and hashes are kept; `total` counts all. */
export interface Stats {
  total: number;
  /** Calls whose request had been seen before, whatever became of the first one. */
  repeated: number;
  /** Calls whose request had been answered before with status 200. A retry after a fault is none of these. */
  repeatedAfterAnswer: number;
  /** Calls that were answered in full, with status 200, and the tokens that their replies say were used. */
  answered: number;
  inputTokens: number;
  outputTokens: number;
  inFlight: number;
  peakInFlight: number;
  /** The most distinct agents that had a call in flight at once. */
  peakAgentsInFlight: number;
  byConversation: Record<string, number>;
  byAgent: Record<string, number>;
  calls: CallRecord[];
}

/** Keeps the counters. */
export class CallLedger {
  readonly #open = new Set<CallRecord>();
  #total = 0;
  #repeated = 0;
  #repeatedAfterAnswer = 0;
  #answered = 0;
  #inputTokens = 0;
  #outputTokens = 0;
  #peakInFlight = 0;
  #peakAgents = 0;
  #calls: CallRecord[] = [];
  #byConversation = new BoundedMap<string, number>(KEPT);
  #byAgent = new BoundedMap<string, number>(KEPT);
  /** Hash of each request seen, and whether it was answered with 200. */
  #seen = new BoundedMap<string, boolean>(KEPT);

  /** A call has arrived. */
  begin(request: SimulatedRequest, requestHash: string): CallRecord {
    this.#total += 1;
    const { conversation, agent, api, model, stream } = request;
    const call: CallRecord = {
      seq: this.#total,
      conversation,
      agent,
      requestHash,
      api,
      model,
      stream,
      status: null,
      answered: false,
    };
    const before = this.#seen.get(requestHash);
    if (before !== undefined) this.#repeated += 1;
    if (before === true) this.#repeatedAfterAnswer += 1;
    this.#seen.set(requestHash, before ?? false);
    this.#byConversation.set(conversation, (this.#byConversation.get(conversation) ?? 0) + 1);
    this.#byAgent.set(agent, (this.#byAgent.get(agent) ?? 0) + 1);
    this.#calls.push(call);
    if (this.#calls.length > KEPT) this.#calls.shift();
    this.#open.add(call);
    this.#measurePeaks();
    return call;
  }

  /** The reply is about to be sent in full. */
  answered(call: CallRecord, status: number, usage: Usage = NOTHING): void {
    call.status = status;
    call.answered = true;
    if (status === 200) {
      this.#seen.set(call.requestHash, true);
      this.#answered += 1;
      this.#inputTokens += usage.inputTokens;
      this.#outputTokens += usage.outputTokens;
    }
    this.#open.delete(call);
  }

  /** The call has ended without a full reply: cut on purpose, or given up by the client. */
  lost(call: CallRecord): void {
    call.answered = false;
    this.#open.delete(call);
  }

  /** Forgets everything but the calls that are in flight. */
  reset(): void {
    this.#total = 0;
    this.#repeated = 0;
    this.#repeatedAfterAnswer = 0;
    this.#answered = 0;
    this.#inputTokens = 0;
    this.#outputTokens = 0;
    this.#calls = [];
    this.#byConversation = new BoundedMap(KEPT);
    this.#byAgent = new BoundedMap(KEPT);
    this.#seen = new BoundedMap(KEPT);
    this.#peakInFlight = 0;
    this.#peakAgents = 0;
    this.#measurePeaks();
  }

  /** A copy of the counters. */
  stats(): Stats {
    return {
      total: this.#total,
      repeated: this.#repeated,
      repeatedAfterAnswer: this.#repeatedAfterAnswer,
      answered: this.#answered,
      inputTokens: this.#inputTokens,
      outputTokens: this.#outputTokens,
      inFlight: this.#open.size,
      peakInFlight: this.#peakInFlight,
      peakAgentsInFlight: this.#peakAgents,
      byConversation: Object.fromEntries(this.#byConversation),
      byAgent: Object.fromEntries(this.#byAgent),
      calls: this.#calls.map((call) => ({ ...call })),
    };
  }

  #measurePeaks(): void {
    this.#peakInFlight = Math.max(this.#peakInFlight, this.#open.size);
    const agents = new Set([...this.#open].map((call) => call.agent));
    this.#peakAgents = Math.max(this.#peakAgents, agents.size);
  }
}
