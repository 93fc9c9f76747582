// The contracts of this build as Restate discovers them: the JSON schemas of each handler's input and output.

import { createEndpointHandler } from "@restatedev/restate-sdk/fetch";
import { z } from "zod";
import { servicesOfBuild } from "../../scripts/replay-check/services-of-build.ts";
import type { Contracts } from "./compare.ts";

const payloadSchema = z.object({ jsonSchema: z.record(z.string(), z.json()).optional() }).optional();
const manifestSchema = z.object({
  services: z.array(
    z.object({
      name: z.string(),
      handlers: z.array(z.object({ name: z.string(), input: payloadSchema, output: payloadSchema })),
    }),
  ),
});

const DISCOVERY = "application/vnd.restate.endpointmanifest.v4+json";
// For readers; they promise nothing.
const NOTES = new Set(["$schema", "description", "examples"]);

export async function contractsOfBuild(): Promise<Contracts> {
  const handler = createEndpointHandler({ services: await servicesOfBuild({}), logger: () => {} });
  const response = await handler(new Request("http://endpoint/discover", { headers: { accept: DISCOVERY } }));
  const { services } = manifestSchema.parse(await response.json());
  const handlers = services.flatMap(({ name, handlers }) =>
    handlers.map((handler) => {
      const sides = { input: handler.input?.jsonSchema, output: handler.output?.jsonSchema };
      return [`${name}/${handler.name}`, withoutNotes(sides)] as const;
    }),
  );
  return Object.fromEntries(handlers.sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** A copy without what is for readers; a field may have such a name, so names of properties stay. */
function withoutNotes<T>(schema: T): T {
  const isField = (parent: unknown, name: string) =>
    typeof parent === "object" && parent !== null && "properties" in parent && name === "properties";
  const copy = (value: unknown, fields: boolean): unknown => {
    if (Array.isArray(value)) return value.map((item) => copy(item, false));
    if (typeof value !== "object" || value === null) return value;
    return Object.fromEntries(
      Object.entries(value)
        .filter(([name, child]) => child !== undefined && (fields || !NOTES.has(name)))
        .map(([name, child]) => [name, copy(child, isField(value, name))]),
    );
  };
  return copy(schema, false) as T;
}
