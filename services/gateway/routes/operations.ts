// The routes for the platform: probes, and the API's description.

import type { FastifyPluginAsyncZod } from "fastify-type-provider-zod";
import { HttpProblem } from "../http/problem.ts";
import { callRestate } from "../restate/call.ts";

const READY_TIMEOUT_MS = 2_000;

const hidden = { schema: { hide: true }, config: { quiet: true } };

export const operations: FastifyPluginAsyncZod<{ readonly ingressUrl: string }> = async (app, options) => {
  app.get("/livez", hidden, async () => ({ status: "ok" }));

  app.get("/readyz", hidden, async () => {
    const response = await callRestate(
      (signal) => fetch(`${options.ingressUrl}/restate/health`, { signal }),
      {
        timeoutMs: READY_TIMEOUT_MS,
      },
    );
    await response.body?.cancel();
    if (!response.ok) throw new HttpProblem("unavailable", "Restate is not healthy", { retryAfter: 5 });
    return { status: "ok" };
  });

  app.get("/openapi.json", hidden, async () => app.swagger());
};
