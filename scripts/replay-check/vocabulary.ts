// The words in journals that handlers look at, by the contracts: values of enumerations, settings; and what they derive from
// texts.

import { createHash } from "node:crypto";
import * as contracts from "@holdfast/contracts";
import type { StandInOptions } from "@holdfast/replay";
import { z } from "zod";
import { historyKey } from "../../services/fraud/history.ts";

// Answers to a review that are no part of a schema.
const WORDS = ["true", "false", "approve", "approved", "deny", "denied", "reject", "rejected"];

export const standInOptions: StandInOptions = {
  vocabulary: new Set([...WORDS, ...Object.values(contracts).flatMap(valuesOf)]),
  settings: new Set(["pin rules"]),
  derived: (text) => [
    createHash("sha256").update(text).digest("hex"),
    historyKey({ policyNumber: text }) ?? text,
    historyKey({ claimant: text }) ?? text,
  ],
};

/** The literals in a schema. */
function valuesOf(exported: unknown): string[] {
  if (!(exported instanceof z.ZodType)) return [];
  return literalsIn(z.toJSONSchema(exported, { unrepresentable: "any" }));
}

function literalsIn(schema: unknown): string[] {
  if (typeof schema !== "object" || schema === null) return [];
  const { const: literal, enum: values = [], ...rest }: { const?: unknown; enum?: unknown[] } = schema;
  const here = [literal, ...values].filter((value) => typeof value === "string");
  return [...here, ...Object.values(rest).flatMap(literalsIn)];
}
