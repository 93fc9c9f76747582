// A file of this repository that is made from others.

import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

export interface GeneratedFile {
  /** From the repository's root. */
  readonly path: string;
  readonly content: string;
}

export const absolute = (path: string): string => fileURLToPath(new URL(`../../${path}`, import.meta.url));

export const read = (path: string): string => readFileSync(absolute(path), "utf8");

/**
 * A text with the lines between the comments `begin <name>` and `end <name>` made anew; they are indented as the first of them is.
 *
 * @throws Error when the text has no such comments
 */
export function withBlock(text: string, name: string, lines: readonly string[]): string {
  const [begin, end] = [new RegExp(`^( *)# begin ${name}:.*\n`, "m"), new RegExp(`^ *# end ${name}$`, "m")];
  const [from, to] = [begin.exec(text), end.exec(text)];
  if (from === null || to === null) throw new Error(`There is no block "${name}" to write into.`);
  const block = lines.map((line) => (line === "" ? "\n" : `${from[1]}${line}\n`)).join("");
  return text.slice(0, from.index + from[0].length) + block + text.slice(to.index);
}
