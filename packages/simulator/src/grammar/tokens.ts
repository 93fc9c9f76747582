/** Cuts a rule line into words, literals and commas. */

/** A piece of a rule line. `text` is as written, for a quoted string without its quotes. */
export interface Token {
  kind: "word" | "quoted" | "number" | "date" | "comma";
  text: string;
}

// In this order: a date is no three numbers, and the comma of `1,000` ends no condition.
const PATTERNS: [Token["kind"], RegExp][] = [
  ["quoted", /"([^"]*)"|“([^”]*)”|'([^']*)'/y],
  ["date", /\d{4}-\d{2}-\d{2}(?![\w-])/y],
  ["number", /[$€£]?-?\d{1,3}(?:,\d{3})+(?:\.\d+)?(?![\w-])|[$€£]?-?\d+(?:\.\d+)?(?![\w-])/y],
  ["comma", /,/y],
  ["word", /[\p{L}\p{N}_][\p{L}\p{N}_'’/-]*(?:\.[\p{L}\p{N}_][\p{L}\p{N}_-]*)*/uy],
];

/** The tokens of a line, or `undefined` when there is something in it that no rule line has. */
export function tokenize(line: string): Token[] | undefined {
  const tokens: Token[] = [];
  let at = 0;
  while (at < line.length) {
    if (/\s/.test(line[at] ?? "")) {
      at += 1;
      continue;
    }
    const token = match(line, at);
    if (token === undefined) return undefined;
    tokens.push(token);
    at = token.end;
  }
  return tokens;
}

function match(line: string, at: number): (Token & { end: number }) | undefined {
  for (const [kind, pattern] of PATTERNS) {
    pattern.lastIndex = at;
    const found = pattern.exec(line);
    if (found === null) continue;
    const [whole, ...groups] = found;
    return { kind, text: groups.find((group) => group !== undefined) ?? whole, end: at + whole.length };
  }
  return undefined;
}
