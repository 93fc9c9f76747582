// Gives recorded requests to today's handlers: the SDK's own state machine replays the journals, without a server.

import type { HooksProvider, NodeEndpointOptions } from "@restatedev/restate-sdk";
import { createEndpointHandler } from "@restatedev/restate-sdk/fetch";
import type { RecordedRequest } from "./recorded-request.ts";

export type RestateServices = NodeEndpointOptions["services"];

/** Answers a request as the endpoint would: the messages that it would send Restate. */
export type Replay = (request: RecordedRequest) => Promise<Buffer>;

/** An endpoint of these services that answers recorded requests. */
export function replayer(services: RestateServices, hooks: readonly HooksProvider[] = []): Replay {
  const handler = createEndpointHandler({
    services,
    logger: () => {},
    defaultServiceOptions: { hooks: [...hooks] },
  });
  return async ({ path, headers, request }) => {
    const response = await handler(
      new Request(`http://endpoint${path}`, { method: "POST", headers, body: new Uint8Array(request) }),
    );
    return Buffer.from(await response.arrayBuffer());
  };
}
