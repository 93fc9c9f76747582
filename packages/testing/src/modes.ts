/**
 * Runs the same tests in both modes of the server. What holds by default and fails under always-replay is a handler
 * that would break after a crash.
 */

import {
  type RestateMode,
  type RestateServer,
  type RestateServerOptions,
  startRestateServer,
} from "@holdfast/local-restate";
import { afterAll, beforeAll, beforeEach, describe, onTestFailed } from "vitest";
import {
  type EndpointOptions,
  type RestateServices,
  type ServedEndpoint,
  serveEndpoint,
} from "./endpoint.ts";
import { createIngress, type Ingress } from "./ingress.ts";

/** A server in one mode with the test's services registered; its calls go through the ingress. */
export interface TestBed extends Ingress {
  readonly server: RestateServer;
  readonly mode: RestateMode;
  readonly endpoint: ServedEndpoint;
  /** Cancels an invocation and those it called. */
  cancel(invocationId: string): Promise<void>;
  /** Ends both. */
  stop(): Promise<void>;
}

export interface TestBedOptions {
  /** Builds the services, once per mode, so that they can close over the test's counters. */
  services: (mode: RestateMode) => RestateServices;
  /** Settings of the server beside its mode. */
  server?: Omit<RestateServerOptions, "mode">;
  endpoint?: EndpointOptions;
}

export interface DescribeModesOptions extends TestBedOptions {
  /** Both by default. */
  modes?: readonly RestateMode[];
}

/** Starts a server, serves the services in this process and registers them. */
export async function startTestBed(mode: RestateMode, options: TestBedOptions): Promise<TestBed> {
  const server = await startRestateServer({ ...options.server, mode });
  try {
    const endpoint = await serveEndpoint(options.services(mode), options.endpoint);
    await server.register(endpoint.url);
    return {
      ...createIngress(server.ingressUrl),
      server,
      mode,
      endpoint,
      cancel: (invocationId) => server.cancel(invocationId),
      async stop() {
        // The server first: without it nobody retries what the endpoint cuts off.
        await server.stop();
        await endpoint.stop();
      },
    };
  } catch (error) {
    await server.stop();
    throw error;
  }
}

/**
 * A vitest `describe` for each mode, each with a server of its own.
 *
 * @param define - defines the tests; its argument gives the test bed and works inside tests and hooks only.
 */
export function describeModes(
  name: string,
  define: (bed: () => TestBed) => void,
  options: DescribeModesOptions,
): void {
  describe.each(options.modes ?? (["default", "always-replay"] as const))(`${name} [%s]`, (mode) => {
    let bed: TestBed | undefined;
    beforeAll(async () => {
      bed = await startTestBed(mode, options);
    });
    beforeEach(() => {
      onTestFailed(() => {
        if (bed !== undefined) console.error(lastLogs(bed));
      });
    });
    afterAll(async () => {
      await bed?.stop();
    });
    define(() => {
      if (bed === undefined)
        throw new Error("The test bed exists in tests and hooks only, not while they are defined");
      return bed;
    });
  });
}

function lastLogs({ endpoint, server }: TestBed): string {
  const tail = (title: string, lines: readonly string[]) => [title, ...lines.slice(-20)].join("\n");
  return [
    tail("Last lines of the SDK:", endpoint.logs()),
    tail("Last lines of the server:", server.logs()),
  ].join("\n");
}
