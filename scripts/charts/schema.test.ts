import { expect, it } from "vitest";
import { agentDefinitions } from "./agents.ts";
import { schemaOf } from "./schema.ts";

const schema = (yaml: string) => schemaOf(yaml, { title: "Values" });

it("takes types from the defaults, and the rest from the comments", () => {
  const yaml = `
## @param scale.count How many
## @param scale.ratio How much
## @param scale.on Whether
## @schema scale.count {minimum: 0}
scale:
  count: 1
  ratio: 0.5
  on: true
## @param mode Which
## @schema mode {enum: [a, b]}
mode: a
## @param list [array] Of objects
list: []
## @param free [object] Anything
free: {}
## @param labels [object] Labels
## @schema labels {$ref: "#/$defs/strings"}
labels: {}
`;
  expect(schema(yaml).properties).toEqual({
    scale: {
      type: "object",
      additionalProperties: false,
      properties: {
        count: { type: "integer", minimum: 0, description: "How many", default: 1 },
        ratio: { type: "number", description: "How much", default: 0.5 },
        on: { type: "boolean", description: "Whether", default: true },
      },
    },
    mode: { type: "string", enum: ["a", "b"], description: "Which", default: "a" },
    list: { type: "array", items: { type: "object" }, description: "Of objects", default: [] },
    free: { type: "object", description: "Anything", default: {} },
    labels: { $ref: "#/$defs/strings", description: "Labels", default: {} },
    global: { type: "object" },
  });
});

it.each([
  ["a value without a description", "a: 1", "a: needs a line `## @param a …`"],
  ["a description of nothing", "## @param a A\n## @param b B\na: 1", "comments about what it has not: b"],
  ["a schema of nothing", "## @param a A\n## @schema b {minimum: 1}\na: 1", "has not: b"],
  ["a schema that is none", "## @param a A\n## @schema a 1\na: 1", "@schema a: must be an object in YAML"],
])("refuses %s", (_what, yaml, reason) => {
  expect(() => schema(yaml)).toThrow(reason);
});

it("leaves out of an agent's settings what the product says of each", () => {
  const yaml =
    '## @param nameOverride Name\nnameOverride: ""\n## @param replicaCount Pods\nreplicaCount: 1\n## @param enabled Whether\nenabled: true\n';
  const { agent, everyAgent, optionalAgent } = agentDefinitions(schema(yaml), {
    nameOverride: "",
    replicaCount: 1,
    enabled: true,
  });
  const same = { replicaCount: { $ref: "#/$defs/agent/properties/replicaCount" } };
  expect(agent).toMatchObject({ properties: { replicaCount: { default: 1 } }, additionalProperties: false });
  expect(optionalAgent).toMatchObject({ properties: { ...same, enabled: { type: "boolean" } } });
  // Helm fills in the defaults of the chart that lends its templates.
  expect(everyAgent).toMatchObject({
    properties: { ...same, nameOverride: { const: "" }, enabled: { const: false } },
  });
});
