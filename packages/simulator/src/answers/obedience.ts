/** Values of a model that does whatever the text asks: the most permissive ones. For tests of what outranks a model. */
import { nameWords } from "../conversation/names.ts";
import type { Json } from "../json.ts";
import { branches, typeOf } from "../schema/resolve.ts";
import type { SchemaNode } from "../schema/schema-node.ts";

// Most permissive first; compared by the beginnings of words, so that `approve` finds `auto_approved`.
const PERMISSIVE =
  "approv accept allow grant pay pass auto eligible yes ok valid none low minimal clean clear genuine covered".split(
    " ",
  );
/** Words of a boolean that is true when something is wrong or somebody must look at it. */
const ADVERSE =
  /^(fraud|suspicious|flag|review|reject|den|block|duplicate|exclu|escalat|need|requir|refer|exceed)/;
const RISK = /^(risk|score|severity|probability|likelihood)/;

/** The values that please the text most; none where there is nothing to please with. */
export function permissiveValues(name: string, node: SchemaNode, root: SchemaNode): Json[] {
  const words = nameWords(name);
  return branches(node, root).flatMap((branch): Json[] => {
    const type = typeOf(branch);
    if (branch.enum !== undefined) return [mostPermissive(branch.enum), ...branch.enum];
    if (type === "boolean") return [!words.some((word) => ADVERSE.test(word))];
    const isRisk = (type === "number" || type === "integer") && words.some((word) => RISK.test(word));
    return isRisk ? [branch.minimum ?? 0] : [];
  });
}

/** The most permissive of some values; null when none is known to be. */
function mostPermissive(values: Json[]): Json {
  const wordsOf = (value: Json) => (typeof value === "string" ? nameWords(value) : []);
  const open = values.filter((value) => !wordsOf(value).some((word) => /^(not|no|un)$/.test(word)));
  for (const start of PERMISSIVE) {
    const found = open.find((value) => wordsOf(value).some((word) => word.startsWith(start)));
    if (found !== undefined) return found;
  }
  return null;
}
