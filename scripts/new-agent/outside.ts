// Writes what stands outside of a new agent's folder: its contract, and its entries in the two lists.

import { agents } from "../../services/catalogue.ts";
import { type GeneratedFile, read } from "../generated/file.ts";
import type { Names } from "./name.ts";

const CATALOGUE = "services/catalogue.ts";
const ASSESSORS = "packages/contracts/src/assessors";

/** @throws Error when a list has no place for an entry */
export function outsideFiles({ name, camel, pascal, words }: Names): GeneratedFile[] {
  const port = Math.max(...agents.map((agent) => agent.port)) + 1;
  const entry = `  { name: "${name}", kind: "assessor", port: ${port} },\n`;
  const lists = read(`${ASSESSORS}/index.ts`);
  const imported = `import { ${camel} } from "./${name}.ts";\n`;
  return [
    { path: CATALOGUE, content: insertBefore(read(CATALOGUE), "];\n\nexport const assessors", entry) },
    {
      path: `${ASSESSORS}/index.ts`,
      content: insertBefore(
        insertBefore(lists, "} as const;", `  ${camel},\n`),
        "\nexport const assessors",
        imported,
      ),
    },
    {
      path: `${ASSESSORS}/${name}.ts`,
      content: `// What the agent ${name} finds out about a claim.

import { z } from "zod";
import { reasonsSchema } from "../reasons.ts";
import { assessor } from "./assessor.ts";

export const ${camel} = assessor({
  agent: "${name}",
  service: "${pascal}Agent",
  description: "Whether ${words} speaks against paying the claim",
  finding: z.strictObject({
    objects: z.boolean().describe("Whether a person has to decide"),
    reasons: reasonsSchema,
  }),
  summary: ({ objects }) => \`${words}: \${objects ? "objects" : "no objection"}\`,
});
`,
    },
  ];
}

function insertBefore(text: string, mark: string, line: string): string {
  const at = text.indexOf(mark);
  if (at < 0) throw new Error(`There is no "${mark.split("\n")[0]}" to write ${line.trim()} before.`);
  return text.slice(0, at) + line + text.slice(at);
}
