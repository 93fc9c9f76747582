/** Control over HTTP, for when the simulator is a process of its own. */
import type { FastifyInstance } from "fastify";
import { z } from "zod";
import { faultSchema } from "../calls/faults.ts";
import { readBody } from "./read-body.ts";
import type { SimulatorCore } from "./simulator-core.ts";

/** The body of `PUT /control/settings`; what is left out stays as it is. */
const settingsSchema = z.strictObject({
  latencyMs: z.number().min(0).max(600_000).optional(),
  obedient: z.boolean().optional(),
});

/** Adds the routes below `/control`. */
export function addControlRoutes(app: FastifyInstance, core: SimulatorCore): void {
  app.get("/control/stats", () => core.ledger.stats());
  app.post("/control/reset", (_request, reply) => {
    core.reset();
    return reply.code(204).send();
  });
  app.post("/control/faults", (request, reply) => {
    const { id } = core.faults.inject(readBody(faultSchema, request.body));
    return reply.code(201).send({ id });
  });
  app.delete("/control/faults", (_request, reply) => {
    core.faults.clear();
    return reply.code(204).send();
  });
  app.delete<{ Params: { id: string } }>("/control/faults/:id", (request, reply) =>
    // A fault that has run out is as gone as one that was removed.
    reply.code(core.faults.remove(request.params.id) ? 204 : 404).send(),
  );
  app.put("/control/settings", (request) => {
    const { latencyMs, obedient } = readBody(settingsSchema, request.body);
    if (latencyMs !== undefined) core.settings.latencyMs = latencyMs;
    if (obedient !== undefined) core.settings.obedient = obedient;
    return core.settings;
  });
}
