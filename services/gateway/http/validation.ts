// Input is read and checked by the contracts' own parser, so that the gateway words a broken rule as every service does.

import { InvalidInputError, parse, parseJson } from "@holdfast/contracts";
import type { FastifyBodyParser, FastifySchemaCompiler } from "fastify";
import { z } from "zod";
import { invalidRequest } from "./problem.ts";

/** Checks bodies, parameters and headers by their zod schemas. */
export const validatorCompiler: FastifySchemaCompiler<z.ZodType> =
  ({ schema, httpPart }) =>
  (data: unknown) => {
    // fastify passes null for a body that is not there.
    if (httpPart === "body" && data === null) {
      return { error: invalidRequest([{ field: "", rule: "the body is empty; send JSON" }]) };
    }
    try {
      return { value: parse(schema, data) };
    } catch (error) {
      return { error: asProblem(error) };
    }
  };

const anyJson = z.unknown();

/** Reads JSON bodies; an empty one is none, which routes without a body allow. */
export const parseJsonBody: FastifyBodyParser<string> = (_request, text, done) => {
  try {
    done(null, text.trim() === "" ? undefined : parseJson(anyJson, text));
  } catch (error) {
    done(asProblem(error));
  }
};

function asProblem(error: unknown): Error {
  if (error instanceof InvalidInputError) return invalidRequest(error.problems);
  return error instanceof Error ? error : new Error(String(error));
}
