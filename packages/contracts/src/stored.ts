// Reads what the product's own services store, return or send to one another: written by another release, it may have more
// than this one knows. docs/decisions/2026-11-28-stored-data.md has the rule.

import { z } from "zod";

export interface StoredOptions {
  /**
   * Whether names and variants that this release does not know are passed over too. Only for readers that hand the value on
   * and decide nothing by it.
   */
  readonly unknownKinds?: boolean;
}

/** The keyword by which a JSON schema shows how the value is read. */
export const STORED_KEYWORD = "x-stored";

/**
 * A schema that passes over fields that it does not know, at any depth, and gives the value as it came: what is written on
 * must be the same in a release that knows them, or its replay would break.
 *
 * The types keep defaults and transforms out, for the same reason: what older data lacks is optional.
 *
 * @param schema strict, as the value is written
 */
export function stored<T>(
  schema: z.ZodType<T, T>,
  { unknownKinds = false }: StoredOptions = {},
): z.ZodType<T, T> {
  const open = z.toJSONSchema(schema, {
    override: ({ jsonSchema }) => {
      if (jsonSchema.additionalProperties === false) delete jsonSchema.additionalProperties;
    },
  });
  return z
    .any()
    .check((ctx) => {
      const { error } = schema.safeParse(ctx.value, { reportInput: true });
      for (const issue of error?.issues ?? []) {
        if (!isPassedOver(issue, unknownKinds)) ctx.issues.push(issue as z.core.$ZodRawIssue);
      }
    })
    .meta({ ...open, [STORED_KEYWORD]: unknownKinds ? "unknown kinds" : "known kinds" });
}

function isPassedOver(issue: z.core.$ZodIssue, unknownKinds: boolean): boolean {
  switch (issue.code) {
    case "unrecognized_keys":
      return true;
    case "invalid_value":
      return unknownKinds && typeof issue.input === "string";
    case "invalid_union":
      return (
        unknownKinds ||
        issue.errors.some((of) => of.length > 0 && of.every((inner) => isPassedOver(inner, unknownKinds)))
      );
    default:
      return false;
  }
}
