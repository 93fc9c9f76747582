import type { AgentInputItem } from "@openai/agents-core";
import { describe, expect, it } from "vitest";
import { countTurns, startOfLastTurns } from "./turns.ts";

const user: AgentInputItem = { role: "user", content: "hello" };
const reply: AgentInputItem = {
  role: "assistant",
  status: "completed",
  content: [{ type: "output_text", text: "hello" }],
};
const call = (callId: string) => ({ type: "function_call", callId, name: "f", arguments: "{}" }) as const;
const result = (callId: string) =>
  ({ type: "function_call_result", callId, name: "f", status: "completed", output: "done" }) as const;

describe("startOfLastTurns", () => {
  it.each<[string, AgentInputItem[], number, number | undefined]>([
    ["where the last user speaks", [user, reply, user, reply], 1, 2],
    ["where a user spoke before", [user, reply, user, reply, user], 2, 2],
    ["nowhere, when there are fewer turns", [user, reply], 2, undefined],
    ["nowhere in nothing", [], 1, undefined],
    ["not where nobody asked", [reply, user], 1, 1],
    [
      "between one turn's tools and the next",
      [user, call("a"), result("a"), user, call("b"), result("b")],
      1,
      3,
    ],
    ["not between a call and its result", [user, reply, user, call("a"), user, result("a")], 1, 2],
    [
      "not between a call and one of its turn's results",
      [user, call("a"), call("b"), result("a"), user, result("b")],
      1,
      0,
    ],
    ["not after a call that is not there", [user, reply, user, result("a")], 1, undefined],
    ["also after a call without a result", [user, call("a"), user, reply], 1, 2],
  ])("cuts %s", (_where, items, turns, start) => {
    expect(startOfLastTurns(items, turns)).toBe(start);
  });

  it("knows the calls and results of other tools, too", () => {
    const items = [
      user,
      { type: "shell_call", callId: "a", action: { commands: ["ls"] } },
      user,
      { type: "shell_call_output", callId: "a", output: [] },
    ] as AgentInputItem[];
    expect(startOfLastTurns(items, 1)).toBe(0);
  });
});

describe("countTurns", () => {
  it("counts users' messages", () => {
    expect(countTurns([user, call("a"), result("a"), reply, user])).toBe(2);
  });
});
