/** Validates a request's body, with an error that tells which field is wrong. */
import type { z } from "zod";
import { type ApiErrorBody, invalidRequest } from "./api-error.ts";

/** A body that fails validation; `body` is what the client is told. */
export class InvalidBody extends Error {
  readonly body: ApiErrorBody;

  constructor(body: ApiErrorBody) {
    super(body.error.message);
    this.body = body;
  }
}

/**
 * Parses a body.
 *
 * @throws InvalidBody which the server answers with status 400
 */
export function readBody<T>(schema: z.ZodType<T>, body: unknown): T {
  const parsed = schema.safeParse(body ?? {});
  if (!parsed.success) throw new InvalidBody(invalidRequest(parsed.error));
  return parsed.data;
}
