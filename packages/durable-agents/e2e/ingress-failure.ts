// Reads the error of a call through the ingress.

import { IngressError } from "@holdfast/testing";

/** @throws when the call succeeds, or fails otherwise */
export async function failure(call: Promise<unknown>): Promise<IngressError> {
  const error = await call.then(
    (answer) => new Error(`answered ${JSON.stringify(answer)}`),
    (reason: unknown) => reason,
  );
  if (error instanceof IngressError) return error;
  throw error;
}
