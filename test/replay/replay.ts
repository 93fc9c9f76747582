// Gives recorded requests to today's handlers: the SDK's own state machine replays the journals, without a server.

import type { RestateServices } from "@holdfast/testing";
import { createEndpointHandler } from "@restatedev/restate-sdk/fetch";
import type { Attempt } from "./corpus.ts";

export type Replay = (attempt: Pick<Attempt, "path" | "headers" | "request">) => Promise<Buffer>;

/** An endpoint of these services that answers recorded requests. */
export function replayer(services: RestateServices): Replay {
  const handler = createEndpointHandler({ services, logger: () => {} });
  return async ({ path, headers, request }) => {
    const response = await handler(
      new Request(`http://endpoint${path}`, { method: "POST", headers, body: new Uint8Array(request) }),
    );
    return Buffer.from(await response.arrayBuffer());
  };
}
