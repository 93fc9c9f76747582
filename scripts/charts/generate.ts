// The generated files of the charts: the values of the product's agents, the schema of all values, the tables of the READMEs.

import { execFileSync } from "node:child_process";
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { agentsFile, valuesFile } from "../generated/chart.ts";
import { absolute, type GeneratedFile, read } from "../generated/file.ts";
import { agentDefinitions } from "./agents.ts";
import { schemaOf, valuesOf } from "./schema.ts";

export function chartFiles(): GeneratedFile[] {
  const alone = read("helm/durable-agent/values.yaml");
  const values = valuesFile();
  const durableAgent = schemaOf(alone, { title: "Values of helm/durable-agent" });
  const holdfast = schemaOf(values.content, {
    title: "Values of helm/holdfast",
    more: agentDefinitions(durableAgent, valuesOf(alone)),
  });
  return [
    agentsFile(),
    values,
    schemaFile("durable-agent", durableAgent),
    schemaFile("holdfast", holdfast),
    readmeFile("durable-agent", alone),
    readmeFile("holdfast", values.content),
  ];
}

const schemaFile = (chart: string, schema: object): GeneratedFile => ({
  path: `helm/${chart}/values.schema.json`,
  content: `${JSON.stringify(schema, null, 2)}\n`,
});

/** The README, with its section "Parameters" made anew. */
function readmeFile(chart: string, values: string): GeneratedFile {
  const path = `helm/${chart}/README.md`;
  const folder = mkdtempSync(join(tmpdir(), "holdfast-charts-"));
  try {
    const [readme, valuesYaml] = [join(folder, "README.md"), join(folder, "values.yaml")];
    copyFileSync(absolute(path), readme);
    writeFileSync(valuesYaml, values);
    const args = ["readme-generator", "--values", valuesYaml, "--readme", readme];
    execFileSync("npx", args, { cwd: absolute(""), stdio: ["ignore", "ignore", "inherit"] });
    return { path, content: readFileSync(readme, "utf8") };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
