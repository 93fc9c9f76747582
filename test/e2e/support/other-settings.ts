// Each change that an operator may make to a service: another value of a setting, one added, one left out, and each change in a
// file of rules. They follow from the service's own schema and files, so that a new setting joins by itself.

import { mkdtemp, readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { parseEnv, type Service } from "@holdfast/service-kit";
import { parse, stringify } from "yaml";
import { z } from "zod";
import { servicesBy } from "../../../scripts/replay-check/services-of-build.ts";

export type Env = Readonly<Record<string, string>>;

/** A change of a setting, and the environment with it. */
export interface Change {
  readonly name: string;
  readonly setting: string;
  readonly value: string;
  readonly env: Env;
}

// Of each kind of setting there is; a setting takes those that fit it.
const VALUES = [
  ...["1", "7", "600000", "true", "false", "none", "Oslo", "another", "debug"],
  ...["responses", "chat_completions", "http://elsewhere.example:4318"],
  "publickeyv1_w7YHemBctH5Ck2nQRQ47iBBqhNHy4FV7t2Usbye2A6f",
];

/**
 * The changes of each setting of a service, from how `env` has it.
 *
 * @param ruleFiles the files that the settings of these names lead to
 * @throws Error when no other value of a setting is known
 */
export async function changesOf(
  service: Service,
  env: Env,
  ruleFiles: Readonly<Record<string, URL>>,
): Promise<Change[]> {
  const { shape } = z.instanceof(z.ZodObject).parse(service.envSchema);
  const changes: Change[] = [];
  for (const setting of Object.keys(shape)) {
    const file = ruleFiles[setting];
    const values = file ? await changedFiles(file) : VALUES.map((value) => [value, value] as const);
    const found = [...values, ["left out", ""] as const]
      .map(([name, value]) => ({
        name: `${setting}: ${name}`,
        setting,
        value,
        env: { ...env, [setting]: value },
      }))
      .filter((change) => isAnother(service, setting, env, change.env));
    if (found.length === 0) throw new Error(`Add another value of ${setting} of ${service.name} to VALUES.`);
    changes.push(...found);
  }
  return changes;
}

function isAnother(service: Service, setting: string, before: Env, after: Env): boolean {
  const valueIn = (env: Env) => Reflect.get(parseEnv(service.envSchema, env), setting);
  try {
    servicesBy(service, after);
    return !isDeepStrictEqual(valueIn(after), valueIn(before));
  } catch {
    return false;
  }
}

/** Copies of a YAML file, each with one value changed or left out. */
async function changedFiles(file: URL): Promise<(readonly [name: string, path: string])[]> {
  const folder = await mkdtemp(join(tmpdir(), "holdfast-rules-"));
  const original: unknown = parse(await readFile(file, "utf8"));
  return Promise.all(
    [...changesIn(original)].map(async ([name, content], n) => {
      const path = join(folder, `${n}.yaml`);
      await writeFile(path, stringify(content));
      return [name, path] as const;
    }),
  );
}

function* changesIn(value: unknown, path = ""): Generator<readonly [name: string, content: unknown]> {
  if (typeof value === "number") for (const by of [0.5, 2]) yield [`${path} × ${by}`, value * by];
  else if (typeof value === "string") yield [`${path} reworded`, `${value} otherwise`];
  else if (typeof value === "boolean") yield [`${path} turned round`, !value];
  else if (typeof value === "object" && value !== null) {
    for (const key of Object.keys(value)) {
      const at = path === "" ? key : `${path}.${key}`;
      const entries = Object.entries(value).filter(([other]) => other !== key);
      yield [
        `without ${at}`,
        Array.isArray(value) ? entries.map(([, item]) => item) : Object.fromEntries(entries),
      ];
      for (const [name, content] of changesIn(Reflect.get(value, key), at))
        yield [name, Array.isArray(value) ? value.with(Number(key), content) : { ...value, [key]: content }];
    }
  }
}
