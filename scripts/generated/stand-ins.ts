// Registers what stands in for the agents' models: each agent's simulated.ts.

import { existsSync } from "node:fs";
import { agents } from "../../services/catalogue.ts";
import { valuesKeyOf } from "./chart.ts";
import { absolute, type GeneratedFile } from "./file.ts";

const HEADER =
  "// The stand-ins of the agents' models: made from services/catalogue.ts by `npm run generate`.";

export function standInsFile(): GeneratedFile {
  const entries = agents
    .filter(({ name }) => existsSync(absolute(`services/${name}/simulated.ts`)))
    .toSorted((a, b) => (a.name < b.name ? -1 : 1))
    .map((agent) => `export { simulated as ${valuesKeyOf(agent)} } from "../${agent.name}/simulated.ts";`);
  return {
    path: "services/model-simulator/stand-ins.ts",
    content: `${[HEADER, "", ...entries].join("\n")}\n`,
  };
}
