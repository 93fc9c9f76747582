import type { AgentInputItem } from "@openai/agents-core";
import { describe, expect, it } from "vitest";
import { capturedInstructions, capturedMessages } from "./captured-messages.ts";

const call = (callId: string, args: string): AgentInputItem => ({
  type: "function_call",
  callId,
  name: "look_up",
  arguments: args,
});

describe("captured messages", () => {
  it("are parts by role, and a reply of several items is one message", () => {
    const items: AgentInputItem[] = [
      { role: "system", content: "Be brief." },
      { role: "user", content: [{ type: "input_text", text: "What is covered?" }] },
      { type: "reasoning", content: [{ type: "input_text", text: "The plan tells." }] },
      {
        type: "message",
        role: "assistant",
        status: "completed",
        content: [{ type: "output_text", text: "I look." }],
      },
      call("call_1", '{"what":"plan"}'),
      call("call_2", "{no JSON"),
      {
        type: "function_call_result",
        callId: "call_1",
        name: "look_up",
        status: "completed",
        output: { type: "text", text: "all of it" },
      },
      {
        type: "function_call_result",
        callId: "call_2",
        name: "look_up",
        status: "completed",
        output: "no such thing",
      },
      {
        role: "assistant",
        status: "completed",
        content: [{ type: "refusal", refusal: "I may not say." }],
      },
    ];
    expect(capturedMessages(items)).toEqual([
      { role: "system", parts: [{ type: "text", content: "Be brief." }] },
      { role: "user", parts: [{ type: "text", content: "What is covered?" }] },
      {
        role: "assistant",
        parts: [
          { type: "reasoning", content: "The plan tells." },
          { type: "text", content: "I look." },
          { type: "tool_call", id: "call_1", name: "look_up", arguments: { what: "plan" } },
          { type: "tool_call", id: "call_2", name: "look_up", arguments: "{no JSON" },
        ],
      },
      { role: "tool", parts: [{ type: "tool_call_response", id: "call_1", response: "all of it" }] },
      { role: "tool", parts: [{ type: "tool_call_response", id: "call_2", response: "no such thing" }] },
      { role: "assistant", parts: [{ type: "refusal", content: "I may not say." }] },
    ]);
  });

  it("are of the user when the input is a text, and do not change it", () => {
    expect(capturedMessages("Hello")).toEqual([
      { role: "user", parts: [{ type: "text", content: "Hello" }] },
    ]);
    const items = Object.freeze([call("call_1", "{}"), call("call_2", "{}")]) as AgentInputItem[];
    expect(capturedMessages(items)).toHaveLength(1);
    expect(capturedMessages(items)[0]?.parts).toHaveLength(2);
  });

  it("keep what the conventions have no part for under its own type", () => {
    const image = { type: "input_image", image: "https://example.com/scan.png" } as const;
    expect(capturedMessages([{ role: "user", content: [image] }])).toEqual([
      { role: "user", parts: [image] },
    ]);
  });

  it("have instructions as parts, and none without", () => {
    expect(capturedInstructions("Decide.")).toEqual([{ type: "text", content: "Decide." }]);
    expect(capturedInstructions(undefined)).toBeUndefined();
  });
});
