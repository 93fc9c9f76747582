// Telemetry and the journal: spans hang under Restate's own, and telemetry can be turned on and off under a running
// invocation, whose calls are journaled with their headers.

import { freePort, type RestateServer, serveEndpoint, startRestateServer } from "@holdfast/testing";
import { type OtlpReceiver, startOtlpReceiver } from "@holdfast/testing/otlp-receiver";
import { Agent } from "@openai/agents-core";
import { iface, implement, serde } from "@restatedev/restate-sdk";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { z } from "zod";
import { DurableContext, DurableRunner, durableTool } from "../src/index.ts";
import { scriptedModels } from "./scripted-models.ts";
import { CLIENT_SPAN, callTraced, emittedSpans } from "./telemetry/emitted-spans.ts";

const callers = iface.service("Callers", { run: iface.json<string, string>() });
const callees = iface.service("Callees", { run: iface.json<string, string>() });

let emitted = emittedSpans();
beforeEach(() => {
  emitted = emittedSpans();
});

let awaited = Promise.withResolvers<string>();
const ask = durableTool({
  name: "ask",
  description: "Asks, waits, and asks again",
  parameters: z.object({}),
  execute: async (_input, ctx) => {
    const first = await ctx.client(callees).run("first");
    const { id, promise } = ctx.awakeable<string>(serde.json);
    await ctx.run("tell", () => awaited.resolve(id));
    return [first, await promise, await ctx.client(callees).run("second")].join(", ");
  },
});
const caller = new Agent({ name: "Caller", instructions: "caller", model: "m", tools: [ask] });
const callee = new Agent({ name: "Callee", instructions: "callee", model: "m" });
const models = scriptedModels(({ systemInstructions: agent }, results) =>
  agent === "caller" && results === 0 ? [{ tool: "ask", args: {} }] : "done",
);
const services = [
  implement(callers, {
    handlers: {
      run: async (restate, input) => {
        const ctx = DurableContext.from(restate);
        return (await new DurableRunner(ctx, { modelProvider: models }).run(caller, input)).finalOutput ?? "";
      },
    },
  }),
  implement(callees, {
    handlers: {
      run: async (ctx, input) =>
        (await new DurableRunner(ctx, { modelProvider: models }).run(callee, input)).finalOutput ?? "",
    },
  }),
];
const on = () => ({ defaultServiceOptions: { hooks: [emitted.hooks] } });
const off = () => ({});

describe.each(["default", "always-replay"] as const)("with a server in mode %s", (mode) => {
  let receiver: OtlpReceiver;
  let server: RestateServer;
  beforeAll(async () => {
    receiver = await startOtlpReceiver();
    const env = {
      RESTATE_TRACING_ENDPOINT: `otlp+${receiver.url}/v1/traces`,
      OTEL_BSP_SCHEDULE_DELAY: "100",
    };
    server = await startRestateServer({ mode, env });
  });
  afterAll(async () => {
    await server?.stop();
    await receiver?.stop();
  });

  /** Runs the caller, whose process is replaced while its tool waits. */
  async function runOver(before: object, after: object): Promise<unknown> {
    awaited = Promise.withResolvers();
    const port = await freePort();
    let endpoint = await serveEndpoint(services, { port, ...before });
    await server.register(endpoint.url);
    const result = callTraced(server.ingressUrl, "Callers/run", "go");
    const id = await awaited.promise;
    await endpoint.stop();
    endpoint = await serveEndpoint(services, { port, ...after });
    await fetch(`${server.ingressUrl}/restate/awakeables/${id}/resolve`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: '"answered"',
    });
    try {
      return await result;
    } finally {
      await endpoint.stop();
    }
  }

  it("spans hang under Restate's own span of the invocation, and a called agent's under the tool", async () => {
    expect(await runOver(on(), on())).toBe("done");
    const invocation = await receiver.waitFor(() =>
      receiver.spans().find(({ name }) => name === "invocation-start Callers/run"),
    );
    expect(emitted.tree()).toEqual(
      [
        `${invocation?.spanId} > invoke_agent Caller`,
        ...Array(2).fill("invoke_agent Caller > chat m"),
        "invoke_agent Caller > execute_tool ask",
        ...Array(2).fill("execute_tool ask > invoke_agent Callee"),
        ...Array(2).fill("invoke_agent Callee > chat m"),
      ].sort(),
    );
    expect(CLIENT_SPAN).toBe(
      receiver.spans().find(({ name }) => name === "ingress Callers/run")?.parentSpanId,
    );
  });

  it.each([
    ["off", on, off],
    ["on", off, on],
  ])("telemetry is turned %s under a running invocation", async (_, before, after) => {
    expect(await runOver(before(), after())).toBe("done");
    const ids = emitted.all().map((span) => span.spanContext().spanId);
    expect(new Set(ids).size).toBe(ids.length);
  });
});
