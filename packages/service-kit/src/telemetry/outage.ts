// Logs once that telemetry cannot be sent, and once that it can again. OpenTelemetry itself would be silent, or log it with
// each batch.

import { type ExportResult, ExportResultCode } from "@opentelemetry/core";
import type { Logger } from "pino";
import { outsideOfInvocations } from "../log-context.ts";

export class Outage {
  readonly #logger: Logger;
  readonly #failing = new Set<string>();

  constructor(logger: Logger) {
    this.#logger = logger;
  }

  /** Takes note of how an export of a signal ended; hands on the result. */
  watch(signal: string, done: (result: ExportResult) => void): (result: ExportResult) => void {
    return (result) => {
      // It ends where the invocation went on that happened to start it, whose replays are silent.
      outsideOfInvocations(() => {
        if (result.code === ExportResultCode.SUCCESS) this.#succeeded(signal);
        else this.#failed(signal, result.error);
      });
      done(result);
    };
  }

  #failed(signal: string, error: Error | undefined): void {
    if (this.#failing.size === 0) {
      this.#logger.warn(
        { signal, ...cause(error) },
        "telemetry cannot be sent and is lost until it can; all else goes on. See OTEL_EXPORTER_OTLP_ENDPOINT, or what listens there",
      );
    }
    this.#failing.add(signal);
  }

  #succeeded(signal: string): void {
    if (this.#failing.delete(signal) && this.#failing.size === 0)
      this.#logger.info("telemetry is sent again");
  }
}

/** Not the message: it can quote what the other side answered. */
function cause(error: Error | undefined): { readonly cause?: string | number } {
  if (!error) return {};
  return { cause: "code" in error && isCode(error.code) ? error.code : error.name };
}

function isCode(code: unknown): code is string | number {
  return typeof code === "string" || typeof code === "number";
}
