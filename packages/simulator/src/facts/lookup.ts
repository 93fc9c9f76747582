/** Looks a field up in data, at any depth, by a name whose spelling may differ. */
import { isObject, type Json } from "../json.ts";
import type { Fact } from "./collect-facts.ts";
import { nameWords, plainName, sameName } from "./names.ts";

// Data comes from outside; a search must end, however large it is.
const MAX_NODES = 20_000;

/** Says whether a value is what is looked for, and gives it in the form that is needed. */
export type Accept<T> = (value: Json) => T | undefined;

/**
 * The first accepted value of a field.
 *
 * @param sources where to look, in this order
 * @param path one name, or several for a dotted field: the first of them may also name the tool that returned the data
 */
export function lookup<T>(sources: Fact[], path: string[], accept: Accept<T>): T | undefined {
  for (const source of sources) {
    for (const value of candidates(source, path)) {
      // A null tells nothing: an older source may know.
      const accepted = value === null ? undefined : accept(value);
      if (accepted !== undefined) return accepted;
    }
  }
  return undefined;
}

/** Every value in the data, objects before what is in them. */
export function* everyValue(root: Json): Generator<Json> {
  const queue: Json[] = [root];
  for (let at = 0; at < queue.length && at < MAX_NODES; at += 1) {
    const value = queue[at] as Json;
    yield value;
    if (Array.isArray(value)) queue.push(...value);
    else if (isObject(value)) queue.push(...Object.values(value));
  }
}

function* candidates({ label, value }: Fact, path: string[]): Generator<Json> {
  const [name, ...rest] = path;
  if (name === undefined) return;
  if (rest.length === 0) {
    yield* valuesNamed(value, name);
    if (sameName(label, name)) yield value;
    return;
  }
  for (const container of valuesNamed(value, name)) yield* candidates({ label: "", value: container }, rest);
  if (nameWords(label).includes(plainName(name)) || sameName(label, name)) {
    yield* candidates({ label: "", value }, rest);
  }
}

function* valuesNamed(root: Json, name: string): Generator<Json> {
  for (const value of everyValue(root)) {
    if (!isObject(value)) continue;
    for (const [key, entry] of Object.entries(value)) if (sameName(key, name)) yield entry;
  }
}
