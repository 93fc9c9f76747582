// Gives recorded requests to today's handlers: the SDK's own state machine replays the journals, without a server.

import type { HooksProvider, NodeEndpointOptions } from "@restatedev/restate-sdk";
import { createEndpointHandler } from "@restatedev/restate-sdk/fetch";
import type { RecordedRequest } from "./recorded-request.ts";

const OK = 200;
const NOT_FOUND = 404;

export type RestateServices = NodeEndpointOptions["services"];

export interface ReplayOptions {
  /** Gets what is sent as it comes. */
  readonly onBytes?: (bytes: Buffer) => void;
  /** Ends an attempt that waits. */
  readonly signal?: AbortSignal;
}

/** Answers a request as the endpoint would: by the messages that it would send Restate. */
export type Replay = (request: RecordedRequest, options?: ReplayOptions) => Promise<Buffer>;

/** The endpoint has no such handler, or does not speak the request's version of the protocol. */
export class NotServedError extends Error {
  override readonly name = "NotServedError";
}

/** An endpoint of these services that answers recorded requests. @throws NotServedError */
export function replayer(services: RestateServices, hooks: readonly HooksProvider[] = []): Replay {
  const handler = createEndpointHandler({
    services,
    logger: () => {},
    defaultServiceOptions: { hooks: [...hooks] },
  });
  return async ({ path, headers, request }, { onBytes = () => {}, signal = null } = {}) => {
    const response = await handler(
      new Request(`http://endpoint${path}`, {
        method: "POST",
        headers,
        body: new Uint8Array(request),
        signal,
      }),
    );
    if (response.status === NOT_FOUND) throw new NotServedError("has no such handler");
    if (response.status !== OK) throw new NotServedError("does not speak this version of Restate's protocol");
    const chunks: Buffer[] = [];
    for await (const chunk of response.body ?? []) {
      chunks.push(Buffer.from(chunk));
      onBytes(Buffer.from(chunk));
    }
    return Buffer.concat(chunks);
  };
}
