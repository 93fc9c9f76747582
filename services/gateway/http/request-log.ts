// One line for each request that ended. Paths, addresses, headers and bodies stay out: they can hold personal data.

import type { FastifyReply, FastifyRequest } from "fastify";

/** An `onResponse` hook. */
export async function logRequest(request: FastifyRequest, reply: FastifyReply): Promise<void> {
  const { config, url } = request.routeOptions;
  request.log[config.quiet ? "debug" : "info"](
    {
      method: request.method,
      // The route's pattern; what matches none is not repeated.
      route: url ?? "none",
      status: reply.statusCode,
      ms: Math.round(reply.elapsedTime),
      ...(request.claimId !== undefined && { claimId: request.claimId }),
    },
    "request",
  );
}

declare module "fastify" {
  interface FastifyContextConfig {
    /** Asked all the time, such as by probes: logged at debug. */
    quiet?: boolean;
    /** Goes on until the client has heard enough. */
    stream?: boolean;
  }
  interface FastifyRequest {
    /** The claim it is about, set once its id has been checked. */
    claimId: string | undefined;
  }
}
