/** Names are the same whatever their case and separators: `standardRate`, `standard_rate` and "standard rate". */

/** A name without case and separators. */
export function plainName(name: string): string {
  return name.toLowerCase().replace(/[^\p{L}\p{N}]/gu, "");
}

/** Whether two names mean the same. */
export function sameName(a: string, b: string): boolean {
  const plain = plainName(a);
  return plain === "" ? a === b : plain === plainName(b);
}

/** The words of a name, in lower case: `checkFraud_v2` has `check`, `fraud` and `v2`. */
export function nameWords(name: string): string[] {
  return name
    .replace(/(\p{Ll}|\p{N})(\p{Lu})/gu, "$1 $2")
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== "");
}
