// The agents in helm/holdfast: the section of its values, and the file from which its templates know them.

import { type AgentService, agents } from "../../services/catalogue.ts";
import { type GeneratedFile, read, withBlock } from "./file.ts";

/** The name of an agent's values: `rateComparison` of `rate-comparison`. */
export const valuesKeyOf = ({ name }: AgentService): string =>
  name.replaceAll(/-(.)/g, (_, letter: string) => letter.toUpperCase());

export function valuesFile(): GeneratedFile {
  const path = "helm/holdfast/values.yaml";
  const described = agents.map((agent) => `## @param ${valuesKeyOf(agent)} [object] ${describe(agent)}`);
  const typed = agents.map(
    (agent) =>
      `## @schema ${valuesKeyOf(agent)} {$ref: "#/$defs/${agent.optional ? "optionalAgent" : "agent"}"}`,
  );
  const values = agents.flatMap((agent) =>
    agent.optional ? [`${valuesKeyOf(agent)}:`, "  enabled: false"] : [`${valuesKeyOf(agent)}: {}`],
  );
  return { path, content: withBlock(read(path), "agents", [...described, ...typed, ...values]) };
}

function describe({ name, optional }: AgentService): string {
  const settings = `Settings of the agent ${name} alone`;
  return optional
    ? `${settings}; \`enabled: true\` installs it`
    : `${settings}, such as \`image.tag\`, \`previous\`, \`replicaCount\`, \`autoscaling\``;
}

export function agentsFile(): GeneratedFile {
  const entries = agents.map((agent) => {
    const { name, rules, publishes, optional } = agent;
    const entry = Object.entries({ key: valuesKeyOf(agent), rules, publishes, optional })
      .filter(([, value]) => value !== undefined)
      .map(([key, value]) => `${key}: ${Array.isArray(value) ? `[${value.join(", ")}]` : value}`);
    return `${name}: { ${entry.join(", ")} }`;
  });
  const header = "# The agents: made from services/catalogue.ts by `npm run generate`.";
  return { path: "helm/holdfast/files/agents.yaml", content: `${[header, ...entries].join("\n")}\n` };
}
