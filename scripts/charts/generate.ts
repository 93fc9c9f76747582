// The generated files of the charts: the schema of their values, and the tables of their READMEs.

import { execFileSync } from "node:child_process";
import { copyFileSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { agentDefinitions } from "./agents.ts";
import { schemaOf, valuesOf } from "./schema.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));

export interface GeneratedFile {
  readonly path: string;
  readonly content: string;
}

/** What the files should be, by the values.yaml and READMEs that there are. */
export function generated(): GeneratedFile[] {
  const values = (chart: string) => readFileSync(join(root, "helm", chart, "values.yaml"), "utf8");
  const durableAgent = schemaOf(values("durable-agent"), { title: "Values of helm/durable-agent" });
  const holdfast = schemaOf(values("holdfast"), {
    title: "Values of helm/holdfast",
    more: agentDefinitions(durableAgent, valuesOf(values("durable-agent"))),
  });
  const schemas = { "durable-agent": durableAgent, holdfast };
  return Object.entries(schemas).flatMap(([chart, schema]) => [
    {
      path: join(root, "helm", chart, "values.schema.json"),
      content: `${JSON.stringify(schema, null, 2)}\n`,
    },
    { path: join(root, "helm", chart, "README.md"), content: readmeOf(join(root, "helm", chart)) },
  ]);
}

/** The README, with its section "Parameters" made anew. */
function readmeOf(chart: string): string {
  const folder = mkdtempSync(join(tmpdir(), "holdfast-charts-"));
  try {
    const readme = join(folder, "README.md");
    copyFileSync(join(chart, "README.md"), readme);
    const args = ["readme-generator", "--values", join(chart, "values.yaml"), "--readme", readme];
    execFileSync("npx", args, { cwd: root, stdio: ["ignore", "ignore", "inherit"] });
    return readFileSync(readme, "utf8");
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
