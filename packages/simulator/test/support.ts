/** The parts that the tests share: a simulator that ends with its test, real clients, and normalized requests. */
import OpenAI from "openai";
import { onTestFinished } from "vitest";
import { agentId, conversationId } from "../src/ids.ts";
import { type Simulator, type SimulatorOptions, startSimulator } from "../src/simulator.ts";
import type { ConversationItem, SimulatedRequest } from "../src/wire/simulated-request.ts";

/** A simulator that stops with the test. */
export async function simulatorForTest(options: SimulatorOptions = {}): Promise<Simulator> {
  const simulator = await startSimulator(options);
  onTestFinished(() => simulator.stop());
  return simulator;
}

/** The real client, without its own retries. */
export function clientOf(simulator: Simulator, apiKey = "test"): OpenAI {
  return new OpenAI({ baseURL: `${simulator.url}/v1`, apiKey, maxRetries: 0 });
}

/** A normalized request with what a test does not care about filled in. */
export function requestWith(parts: Partial<SimulatedRequest>): SimulatedRequest {
  const { instructions = "", items = [] } = parts;
  return {
    api: "responses",
    model: "test-model",
    instructions,
    items,
    tools: [],
    toolChoice: "auto",
    parallelToolCalls: true,
    stream: false,
    conversation: conversationId(instructions, items[0]),
    agent: agentId(instructions),
    ...parts,
  };
}

/** A user message; an object is sent as JSON. */
export function user(content: string | object): ConversationItem {
  return { type: "user", text: typeof content === "string" ? content : JSON.stringify(content) };
}

/** A tool call and its result. */
export function called(name: string, output: unknown, args: unknown = {}): ConversationItem[] {
  const callId = `call_${name}`;
  return [
    { type: "tool_call", callId, name, arguments: JSON.stringify(args) },
    {
      type: "tool_result",
      callId,
      name,
      output: typeof output === "string" ? output : JSON.stringify(output),
    },
  ];
}
