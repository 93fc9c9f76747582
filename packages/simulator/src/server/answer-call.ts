/** The way of one model call, the same for both APIs: count it, apply faults, wait, reply. */
import { once } from "node:events";
import type { ServerResponse } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import type { ActiveFault } from "../calls/faults.ts";
import { derivedId, hashOf } from "../ids.ts";
import { badArgumentsReply, unknownToolReply } from "../rules/faulty-reply.ts";
import { type FinalReply, finalReply } from "../wire/final-reply.ts";
import type { SimulatedRequest } from "../wire/simulated-request.ts";
import { type ApiErrorBody, statusError } from "./api-error.ts";
import type { SimulatorCore } from "./simulator-core.ts";

/** How an API writes a reply. */
export interface Renderer {
  json(reply: FinalReply, requestHash: string, noChoices: boolean): object;
  /** The server-sent events, each as the text that goes over the wire. */
  events(reply: FinalReply, requestHash: string, noChoices: boolean): string[];
}

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

  let reply: FinalReply | undefined;
  const send = (status: number, headers: Record<string, string>, chunks: string[], end: Ending): void => {
    if (gone.signal.aborted) return;
    call.status = status;
    response.writeHead(status, { "x-request-id": derivedId("req", requestHash), ...headers });
    // Counted before the last byte: who reads the reply must find it in the counters.
    if (end === "complete") core.ledger.answered(call, status, reply?.usage);
    if (end !== "cut") {
      for (const chunk of chunks) response.write(chunk);
      response.end();
      return;
    }
    core.ledger.lost(call);
    // Destroyed only after the bytes have left, or the client would see no body at all.
    response.write(chunks.join(""), () => response.destroy());
  };
  const sendError = (status: number, body: ApiErrorBody, headers: Record<string, string> = {}): void =>
    send(status, { "content-type": JSON_TYPE, ...headers }, [JSON.stringify(body)], "complete");

  const fault = taken.find(({ kind }) => kind !== "latency");
  const extra = taken.filter(({ kind }) => kind === "latency");
  const wait = extra.reduce((sum, { latencyMs = 1000 }) => sum + latencyMs, core.settings.latencyMs);
  if (wait > 0) await sleep(wait, undefined, { signal: gone.signal }).catch(() => undefined);
  if (gone.signal.aborted) return;
  if (fault?.kind === "hang") {
    await once(gone.signal, "abort");
    return;
  }
  if (fault?.kind === "status") {
    const { status = 500, code, retryAfterSeconds } = fault;
    const retry: Record<string, string> =
      retryAfterSeconds === undefined ? {} : { "retry-after": String(retryAfterSeconds) };
    sendError(status, statusError(status, code), retry);
    return;
  }
  try {
    reply = await untilAborted(replyTo(core, request, requestHash, fault), gone.signal);
  } catch (error) {
    const message = `The simulator's script failed: ${error instanceof Error ? error.message : String(error)}`;
    sendError(500, { error: { message, type: "server_error", param: null, code: null } });
    return;
  }
  if (reply === undefined) return;
  const noChoices = fault?.kind === "no_choices";
  const chunks = request.stream
    ? renderer.events(reply, requestHash, noChoices)
    : [JSON.stringify(renderer.json(reply, requestHash, noChoices))];
  const broken = fault?.kind === "cut" || fault?.kind === "truncated_json";
  const sent = broken ? [firstHalf(chunks)] : chunks;
  const length = (fault?.kind === "cut" ? chunks : sent).reduce(
    (sum, chunk) => sum + Buffer.byteLength(chunk),
    0,
  );
  const headers: Record<string, string> = request.stream
    ? { "content-type": "text/event-stream; charset=utf-8", "cache-control": "no-cache" }
    : { "content-type": JSON_TYPE, "content-length": String(length) };
  send(200, headers, sent, fault?.kind === "cut" ? "cut" : broken ? "incomplete" : "complete");
}

const JSON_TYPE = "application/json; charset=utf-8";

/** `incomplete` ends the response as if nothing was missing; `cut` destroys the connection. */
type Ending = "complete" | "incomplete" | "cut";

async function replyTo(
  core: SimulatorCore,
  request: SimulatedRequest,
  requestHash: string,
  fault: ActiveFault | undefined,
): Promise<FinalReply> {
  if (fault?.kind === "unknown_tool") return finalReply(request, requestHash, unknownToolReply(request));
  if (fault?.kind === "bad_arguments") {
    return finalReply(request, requestHash, badArgumentsReply(request, fault.match?.toolNamed));
  }
  return finalReply(request, requestHash, await core.reply(request));
}

async function untilAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T | undefined> {
  const aborted = new AbortController();
  try {
    return await Promise.race([
      promise,
      once(signal, "abort", { signal: aborted.signal }).then(() => undefined),
    ]);
  } finally {
    // Takes the listener off again. Its rejection is that of a race that is already decided.
    aborted.abort();
  }
}

// Always in the middle of a JSON text, so that a client that parses what it got fails.
function firstHalf(chunks: string[]): string {
  const half = chunks.slice(0, Math.floor(chunks.length / 2)).join("");
  const middle = chunks[Math.floor(chunks.length / 2)] ?? "";
  return half + middle.slice(0, Math.floor(middle.length / 2));
}
