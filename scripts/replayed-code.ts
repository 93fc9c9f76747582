// Finds clocks, timers, random numbers and requests in source text: replayed code may use none of them.

import ts from "typescript";

const GLOBALS = new Set(["fetch", "setTimeout", "setInterval", "setImmediate"]);
const MEMBERS = new Set([
  "Date.now",
  "performance.now",
  "Math.random",
  "crypto.randomUUID",
  "crypto.getRandomValues",
  "AbortSignal.timeout",
]);
const MODULES =
  /^(?:node:)?(?:timers(?:\/promises)?|fs(?:\/promises)?|net|tls|http|https|http2|dns|dgram|child_process)$/;
const IMPORTS = new Set(["randomUUID", "randomBytes", "randomInt", "performance"]);

/** What is used of them, each with its line. */
export function worldlyUses(source: string): string[] {
  const file = ts.createSourceFile("source.ts", source, ts.ScriptTarget.Latest, true);
  const found: string[] = [];
  const add = (node: ts.Node, what: string) => {
    found.push(`${file.getLineAndCharacterOfPosition(node.getStart()).line + 1}: ${what}`);
  };
  const visit = (node: ts.Node): void => {
    if (ts.isImportDeclaration(node) && ts.isStringLiteral(node.moduleSpecifier)) {
      if (MODULES.test(node.moduleSpecifier.text)) add(node, node.moduleSpecifier.text);
      const bindings = node.importClause?.namedBindings;
      const names = bindings && ts.isNamedImports(bindings) ? bindings.elements : [];
      for (const { propertyName, name } of names) {
        if (IMPORTS.has((propertyName ?? name).text)) add(node, (propertyName ?? name).text);
      }
    } else if (ts.isPropertyAccessExpression(node) && MEMBERS.has(node.getText())) add(node, node.getText());
    else if (ts.isIdentifier(node) && GLOBALS.has(node.text) && isValue(node)) add(node, node.text);
    else if (ts.isNewExpression(node) && node.expression.getText() === "Date" && !node.arguments?.length) {
      add(node, "new Date()");
    }
    ts.forEachChild(node, visit);
  };
  visit(file);
  return found;
}

/** Whether a name stands for the global, and not for a member or an import of this name. */
function isValue({ parent }: ts.Identifier): boolean {
  return !ts.isPropertyAccessExpression(parent) && !ts.isImportSpecifier(parent) && !ts.isTypeNode(parent);
}
