import type { AgentInputItem } from "@openai/agents-core";
import { expect, it } from "vitest";
import { transcript } from "./transcript.ts";

it("tells who said what, and what was called with what result", () => {
  const items: AgentInputItem[] = [
    {
      role: "user",
      content: [
        { type: "input_text", text: "Look at" },
        { type: "input_image", image: "data:…" },
      ],
    },
    { type: "reasoning", content: [{ type: "input_text", text: "hm" }] },
    { type: "function_call", callId: "a", name: "look_up", arguments: '{"what":"plan"}' },
    {
      type: "function_call_result",
      callId: "a",
      name: "look_up",
      status: "completed",
      output: { type: "text", text: "gold" },
    },
    { type: "hosted_tool_call", name: "web_search" },
    { role: "assistant", status: "completed", content: [{ type: "output_text", text: "It is gold." }] },
    { role: "system", content: "Be brief." },
  ];
  expect(transcript(items)).toBe(
    [
      "user: Look at [input_image]",
      'assistant calls look_up: {"what":"plan"}',
      "look_up answers: gold",
      "[hosted_tool_call]",
      "assistant: It is gold.",
      "system: Be brief.",
    ].join("\n\n"),
  );
});

it("cuts what is very long", () => {
  const text = transcript([{ role: "user", content: "x".repeat(10_000) }]);
  expect(text.length).toBeLessThan(4_100);
  expect(text).toMatch(/x \[…\]$/);
});
