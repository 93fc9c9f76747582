// Sees what the Restate SDK reports of handlers that go wrong: a replay that does not fit the journal, a promise
// awaited twice, an operation of a step's closure.

import type { LoggerTransport } from "@restatedev/restate-sdk";

// An endpoint of a test takes requests of anybody on this machine, and says so.
const OF_EVERY_ENDPOINT = /request signatures/;

/** Collects the SDK's warnings and errors, but those of failures that a test has planned. */
export class SdkWarnings {
  readonly #planned: RegExp;
  readonly #first = Promise.withResolvers<string>();
  readonly #lines: string[] = [];

  constructor(planned: RegExp) {
    this.#planned = planned;
  }

  /** For the endpoint's options. */
  readonly logger: LoggerTransport = ({ level }, ...parts) => {
    if (level !== "warn" && level !== "error") return;
    const line = parts.map((part) => (part instanceof Error ? part.stack : String(part))).join(" ");
    if (OF_EVERY_ENDPOINT.test(line) || this.#planned.test(line)) return;
    this.#lines.push(line);
    this.#first.resolve(line);
  };

  /** All so far. */
  get lines(): readonly string[] {
    return this.#lines;
  }

  /** The first one, when it comes. */
  get first(): Promise<string> {
    return this.#first.promise;
  }
}
