// An endpoint that keeps what Restate sends it and what the services answer. Nothing is simulated: requests come from a
// real server and answers from the SDK; the recorder only looks, and cuts a connection as a crash would.

import {
  createServer,
  type Http2Session,
  type IncomingHttpHeaders,
  type ServerHttp2Stream,
} from "node:http2";
import type { AddressInfo } from "node:net";
import { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import { fieldsOf, framesOf, lengthOf, OUTPUT_COMMAND } from "@holdfast/replay";
import type { RestateServices } from "@holdfast/testing";
import { createEndpointHandler } from "@restatedev/restate-sdk/fetch";
import type { Attempt, Delivery } from "./corpus.ts";

export interface Recorder {
  readonly url: string;
  /** What was recorded so far, in the order of the requests. */
  attempts(): Attempt[];
  stop(): Promise<void>;
}

type Handler = (request: Request) => Promise<Response>;

const INVOCATION_ID = "x-restate-invocation-id";
// Said of the connection, not of the attempt.
const NOT_KEPT = new Set(["host", "connection", "content-length", "transfer-encoding"]);
// Of Start: how many of the messages after it are the journal so far.
const KNOWN_ENTRIES = 3;

/** Serves the services and records their attempts. */
export async function startRecorder(services: RestateServices, delivery: Delivery): Promise<Recorder> {
  const bidirectional = delivery === "bidirectional";
  const handler = createEndpointHandler({ services, bidirectional, logger: () => {} });
  const attempts: Attempt[] = [];
  const sessions = new Set<Http2Session>();
  const cutOff = new Set<string>();
  // One attempt after the other, so that a replay in their order finds the models and steps in the same state.
  let turn = Promise.resolve();

  const server = createServer();
  server.on("session", (session) => {
    sessions.add(session);
    session.once("close", () => sessions.delete(session));
  });
  server.on("stream", (stream, headers) => {
    // A connection that is gone is Restate's to notice.
    stream.on("error", () => {});
    if (!headers[":path"]?.startsWith("/invoke/")) {
      void discover(handler, stream, headers);
    } else if (bidirectional) {
      void recordLast(handler, stream, headers, attempts, cutOff);
    } else {
      turn = turn.then(() => recordEach(handler, stream, headers, attempts));
    }
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    attempts: () => [...attempts],
    stop() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      for (const session of sessions) session.destroy();
      return closed;
    },
  };
}

async function discover(handler: Handler, stream: ServerHttp2Stream, headers: IncomingHttpHeaders) {
  const response = await handler(requestOf(headers));
  respond(stream, response);
  stream.end(Buffer.from(await response.arrayBuffer()));
}

/** Records an attempt that was sent its journal whole and ends at its next wait. */
async function recordEach(
  handler: Handler,
  stream: ServerHttp2Stream,
  headers: IncomingHttpHeaders,
  attempts: Attempt[],
): Promise<void> {
  const request = await buffer(stream);
  const answer = await handler(requestOf(headers, new Uint8Array(request)));
  const response = Buffer.from(await answer.arrayBuffer());
  attempts.push({ delivery: "request-response", ...keptOf(headers), request, response });
  respond(stream, answer);
  stream.end(response);
}

/** Cuts off the attempt that would end its invocation, and records the one after it. */
async function recordLast(
  handler: Handler,
  stream: ServerHttp2Stream,
  headers: IncomingHttpHeaders,
  attempts: Attempt[],
  cutOff: Set<string>,
): Promise<void> {
  const id = String(headers[INVOCATION_ID]);
  const sent: Buffer[] = [];
  const answered: Buffer[] = [];
  const body = Readable.toWeb(stream.on("data", (chunk: Buffer) => sent.push(chunk)));
  const answer = await handler(requestOf(headers, body as ReadableStream));
  respond(stream, answer);
  for await (const chunk of answer.body ?? []) {
    answered.push(Buffer.from(chunk));
    const ends = framesOf(Buffer.concat(answered)).some(({ type }) => type === OUTPUT_COMMAND);
    if (ends && !cutOff.has(id)) {
      cutOff.add(id);
      stream.close(2); // INTERNAL_ERROR, as of a process that dies
      return;
    }
    stream.write(chunk);
  }
  stream.end();
  if (!cutOff.has(id)) return;
  const request = journalOf(Buffer.concat(sent));
  attempts.push({
    delivery: "bidirectional",
    ...keptOf(headers),
    request,
    response: Buffer.concat(answered),
  });
}

/** The part of a stream that is the journal of earlier attempts. */
function journalOf(sent: Buffer): Buffer {
  const [start] = framesOf(sent);
  if (!start) throw new Error("Restate sent no Start message");
  const known = Number(new Map(fieldsOf(start)).get(KNOWN_ENTRIES) ?? 0n);
  return sent.subarray(0, lengthOf(sent, 1 + known));
}

function requestOf(headers: IncomingHttpHeaders, body?: Uint8Array<ArrayBuffer> | ReadableStream): Request {
  return new Request(`http://endpoint${headers[":path"]}`, {
    method: headers[":method"] ?? "GET",
    headers: plain(headers),
    ...(body && { body, duplex: "half" }),
  });
}

function keptOf(headers: IncomingHttpHeaders): Pick<Attempt, "path" | "headers"> {
  return { path: headers[":path"] ?? "", headers: plain(headers) };
}

function plain(headers: IncomingHttpHeaders): Record<string, string> {
  const kept = Object.entries(headers).filter(([name]) => !name.startsWith(":") && !NOT_KEPT.has(name));
  return Object.fromEntries(kept.map(([name, value]) => [name, String(value)]));
}

function respond(stream: ServerHttp2Stream, response: Response): void {
  stream.respond({ ":status": response.status, ...Object.fromEntries(response.headers) });
}
