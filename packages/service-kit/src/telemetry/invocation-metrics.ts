// Counts the invocations in flight in a process, on which it is scaled, and the attempts that fail.

import { type HooksProvider, internal, TerminalError } from "@restatedev/restate-sdk";
import { observeGauges, recordMetric } from "./metrics.ts";
import { ATTR, METRIC } from "./registry.ts";

/** Restate's hook that counts each attempt. */
export function invocationMetrics(): HooksProvider {
  let inFlight = 0;
  observeGauges([METRIC.invocationsInFlight], async () => [
    { gauge: METRIC.invocationsInFlight, value: inFlight },
  ]);
  return () => ({
    interceptor: {
      handler: async (next) => {
        inFlight++;
        try {
          await next();
        } catch (error) {
          if (isRetried(error)) recordMetric(METRIC.retries, 1, { [ATTR.errorType]: classOf(error) });
          throw error;
        } finally {
          inFlight--;
        }
      },
    },
  });
}

function isRetried(error: unknown): boolean {
  return !(error instanceof TerminalError) && !internal.isSuspendedError(error);
}

// Names of classes, which are few; a name can be anything else too.
const CLASS = /^[A-Z]\w{1,60}$/;

function classOf(error: unknown): string {
  return error instanceof Error && CLASS.test(error.name) ? error.name : "_OTHER";
}
