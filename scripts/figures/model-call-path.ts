// Measures which files of the library a model call passes with no feature on: in a real durable run, those of which V8 saw a
// function executed from when the Agents SDK has read the agent's instructions, the last that it does before it asks the
// model, until the model's client calls fetch. What begins and ends the run is not counted.

import { createServer } from "node:http2";
import { Session } from "node:inspector";
import type { AddressInfo } from "node:net";
import { DurableContext, DurableRunner, openAIModels } from "@holdfast/durable-agents";
import { startRestateServer } from "@holdfast/local-restate";
import { Agent } from "@openai/agents-core";
import { type Context, createEndpointHandler, service } from "@restatedev/restate-sdk";

const MODEL_URL = "http://model.invalid/v1";

/** The files' paths, from the library's source folder on. */
export async function filesOfModelCall(): Promise<string[]> {
  const session = new Session();
  session.connect();
  session.post("Profiler.enable");
  session.post("Profiler.startPreciseCoverage", { callCount: true, detailed: false });
  let passed: string[] = [];
  const realFetch = globalThis.fetch;
  globalThis.fetch = (input, init) => {
    if (!String(input instanceof Request ? input.url : input).startsWith(MODEL_URL))
      return realFetch(input, init);
    passed = executed(session);
    return Promise.resolve(Response.json(REPLY));
  };
  const modelProvider = openAIModels({ apiKey: "none", baseURL: MODEL_URL });
  const instructions = () => {
    executed(session);
    return "Answer.";
  };
  const agent = new Agent({ name: "Plain", model: "any", instructions });
  const run = async (restate: Context): Promise<string> => {
    const ctx = DurableContext.from(restate);
    const { finalOutput } = await new DurableRunner(ctx, { modelProvider }).run(agent, "Hello");
    return finalOutput ?? "";
  };
  const services = [service({ name: "Plain", handlers: { run } })];
  const endpoint = createServer(createEndpointHandler({ services, logger: () => {} }));
  const server = await startRestateServer();
  try {
    await new Promise<void>((resolve) => endpoint.listen(0, "127.0.0.1", resolve));
    await server.register(`http://127.0.0.1:${(endpoint.address() as AddressInfo).port}`);
    await realFetch(`${server.ingressUrl}/Plain/run`, { method: "POST" });
    if (passed.length === 0) throw new Error("the run has called no model");
    return passed;
  } finally {
    await server.stop();
    endpoint.close();
    globalThis.fetch = realFetch;
    session.disconnect();
  }
}

/** Files of the library with a function that was executed since this was asked for the last time. */
function executed(session: Session): string[] {
  const files = new Set<string>();
  session.post("Profiler.takePreciseCoverage", (error, coverage) => {
    if (error) throw error;
    for (const { url, functions } of coverage.result) {
      const file = /\/packages\/durable-agents\/src\/(.+)$/.exec(url)?.[1];
      if (file !== undefined && functions.some(({ ranges }) => ranges.some(({ count }) => count > 0))) {
        files.add(file);
      }
    }
  });
  return [...files].sort();
}

const REPLY = {
  id: "resp_1",
  object: "response",
  created_at: 1,
  model: "any",
  status: "completed",
  output: [
    {
      id: "msg_1",
      type: "message",
      role: "assistant",
      status: "completed",
      content: [{ type: "output_text", text: "Hello.", annotations: [] }],
    },
  ],
  usage: { input_tokens: 1, output_tokens: 1, total_tokens: 2 },
};
