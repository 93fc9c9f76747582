/** Answers one model call, the same for both APIs: counts it, applies faults, waits, replies. */
import { once } from "node:events";
import type { ServerResponse } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { faultyReply } from "../answers/faulty-reply.ts";
import { derivedId, hashOf } from "../ids.ts";
import { type FinalReply, finalReply, type Rendering } from "../wire/final-reply.ts";
import type { SimulatedRequest, Usage } from "../wire/simulated-request.ts";
import { type ApiErrorBody, errorBody, statusError } from "./api-error.ts";
import type { SimulatorCore } from "./simulator-core.ts";

/** How an API writes a reply. */
export interface Renderer {
  whole(reply: FinalReply, rendering: Rendering): object;
  /** The server-sent events, each as the text that goes over the wire. */
  events(reply: FinalReply, rendering: Rendering): string[];
}

/** `incomplete` ends the response as if nothing was missing; `cut` destroys the connection. */
type Ending = "complete" | "incomplete" | "cut";
type Headers = Record<string, string>;

const JSON_TYPE = "application/json; charset=utf-8";

/**
 * Answers one call and returns when its reply was sent or its client has gone.
 *
 * @param response the raw response; nothing else may write to it
 */
export async function answerCall(
  core: SimulatorCore,
  request: SimulatedRequest,
  response: ServerResponse,
  renderer: Renderer,
): Promise<void> {
  const requestHash = hashOf(request);
  const call = core.ledger.begin(request, requestHash);
  const gone = new AbortController();
  response.once("close", () => {
    if (!response.writableFinished) core.ledger.lost(call);
    gone.abort();
  });
  const taken = core.faults.take(request);
  core.arrivals.announce(request);

  const send = (status: number, headers: Headers, body: string, end: Ending, usage?: Usage): void => {
    if (gone.signal.aborted) return;
    call.status = status;
    response.writeHead(status, { "x-request-id": derivedId("req", requestHash), ...headers });
    // Counted before the last byte: who reads the reply must find it in the counters.
    if (end === "complete") core.ledger.answered(call, status, usage);
    // Destroyed only after the bytes have left, or the client would see no body at all.
    if (end === "cut") response.write(body, () => response.destroy());
    else response.end(body);
  };
  const sendError = (status: number, body: ApiErrorBody, headers: Headers = {}): void =>
    send(status, { "content-type": JSON_TYPE, ...headers }, JSON.stringify(body), "complete");

  const fault = taken.find(({ kind }) => kind !== "latency");
  const extra = taken.filter(({ kind }) => kind === "latency");
  const wait = extra.reduce((sum, { latencyMs }) => sum + latencyMs, core.settings.latencyMs);
  if (wait > 0) await sleep(wait, undefined, { signal: gone.signal }).catch(() => undefined);
  if (gone.signal.aborted) return;
  if (fault?.kind === "hang") return void (await once(gone.signal, "abort"));
  if (fault?.kind === "status") {
    const { status = 500, code, retryAfterSeconds: after } = fault;
    const headers: Headers = after === undefined ? {} : { "retry-after": `${after}` };
    return sendError(status, statusError(status, code), headers);
  }
  try {
    const answered = Promise.resolve(faultyReply(request, fault) ?? core.reply(request));
    const given = await Promise.race([answered, once(gone.signal, "abort").then(() => undefined)]);
    if (given === undefined) return;
    const reply = finalReply(request, requestHash, given);
    const created = Math.floor(Date.now() / 1000);
    const rendering = { requestHash, created, noChoices: fault?.kind === "no_choices" };
    const chunks = request.stream
      ? renderer.events(reply, rendering)
      : [JSON.stringify(renderer.whole(reply, rendering))];
    const end = fault?.kind === "cut" ? "cut" : fault?.kind === "truncated_json" ? "incomplete" : "complete";
    const body = end === "complete" ? chunks.join("") : firstHalf(chunks);
    // Of a body that is cut, the client is promised the whole.
    const length = Buffer.byteLength(end === "cut" ? chunks.join("") : body);
    const headers: Headers = request.stream
      ? { "content-type": "text/event-stream; charset=utf-8", "cache-control": "no-cache" }
      : { "content-type": JSON_TYPE, "content-length": String(length) };
    send(200, headers, body, end, reply.usage);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    sendError(500, errorBody(`The simulator's script or stand-in failed: ${why}`, "server_error"));
  }
}

// Always in the middle of a JSON text, so that a client that parses what it got fails.
function firstHalf(chunks: string[]): string {
  const middle = Math.floor(chunks.length / 2);
  const half = chunks[middle]?.slice(0, Math.floor((chunks[middle]?.length ?? 0) / 2));
  return [...chunks.slice(0, middle), half].join("");
}
