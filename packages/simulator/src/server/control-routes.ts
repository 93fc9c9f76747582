/** Control over HTTP, for when the simulator is a process of its own. */
import type { FastifyInstance } from "fastify";
import { z } from "zod";
import { faultSchema } from "../calls/faults.ts";
import { readBody } from "./api-error.ts";
import type { SimulatorCore } from "./simulator-core.ts";

const settingsSchema = z.strictObject({
  latencyMs: z.number().min(0).max(600_000).optional(),
  obedient: z.boolean().optional(),
});

/** Adds the routes below `/control`. */
export function addControlRoutes(app: FastifyInstance, core: SimulatorCore): void {
  app.get("/control/stats", () => core.ledger.stats());
  app.post("/control/reset", (_request, reply) => reply.code(204).send(core.reset()));
  app.post("/control/faults", (request, reply) => {
    const { id } = core.faults.inject(readBody(faultSchema, request.body));
    return reply.code(201).send({ id });
  });
  app.delete("/control/faults", (_request, reply) => reply.code(204).send(core.faults.clear()));
  app.delete<{ Params: { id: string } }>("/control/faults/:id", (request, reply) =>
    // A fault that has run out is as gone as one that was removed.
    reply.code(core.faults.remove(request.params.id) ? 204 : 404).send(),
  );
  // What is left out stays as it is.
  app.put("/control/settings", (request) =>
    Object.assign(core.settings, readBody(settingsSchema, request.body)),
  );
}
