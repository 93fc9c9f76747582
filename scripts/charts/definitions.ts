// The JSON schema definitions that both charts share, by the names that `@schema` lines use.

import type { Schema } from "./comments.ts";

const text = { type: "string" };
const quantities = { type: "object", additionalProperties: { type: ["string", "number"] } };

export const definitions: Schema = {
  // Empty: as the chart says elsewhere.
  tag: { ...text, pattern: "^([A-Za-z0-9_][A-Za-z0-9_.-]{0,127})?$" },
  url: { ...text, pattern: "^(https?://[^\\s/?#]+\\S*)?$" },
  pullPolicy: { enum: ["Always", "IfNotPresent", "Never"] },
  strings: { type: "object", additionalProperties: text },
  settings: { type: "object", additionalProperties: { type: ["string", "number", "boolean"] } },
  named: { type: "object", properties: { name: { ...text, minLength: 1 } }, required: ["name"] },
  reference: {
    type: "object",
    properties: { name: { ...text, minLength: 1 } },
    required: ["name"],
    additionalProperties: false,
  },
  resources: {
    type: "object",
    properties: { requests: quantities, limits: quantities, claims: { type: "array" } },
    additionalProperties: false,
  },
};
