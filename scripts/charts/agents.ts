// The settings of an agent in helm/holdfast: those of helm/durable-agent, without what the product itself says of each agent.

import type { Schema } from "./comments.ts";

const SAID_BY_THE_PRODUCT = new Set(["enabled", "nameOverride", "restate", "register", "identity"]);

/** @param defaults of helm/durable-agent */
export function agentDefinitions(durableAgent: Schema, defaults: Schema): Schema {
  const own = Object.entries(durableAgent.properties ?? {}).filter(
    ([key]) => key !== "global" && !SAID_BY_THE_PRODUCT.has(key),
  );
  const same = Object.fromEntries(own.map(([key]) => [key, { $ref: `#/$defs/agent/properties/${key}` }]));
  const untouched = Object.entries(defaults).filter(([key]) => SAID_BY_THE_PRODUCT.has(key));
  const constants = Object.fromEntries(untouched.map(([key, value]) => [key, { const: value }]));
  return {
    agent: objectOf(Object.fromEntries(own)),
    optionalAgent: objectOf({ ...same, enabled: { type: "boolean" } }),
    // Helm fills in the defaults of the chart of one agent, which lends its templates and is not to install anything itself.
    everyAgent: objectOf({ ...same, ...constants, enabled: { const: false }, global: { type: "object" } }),
  };
}

function objectOf(properties: Schema): Schema {
  return { type: "object", properties, additionalProperties: false };
}
