import { expect, test } from "vitest";
import { agentId, conversationId, derivedId, hashOf } from "./ids.ts";

test("the order of keys does not change a hash, the order of a list does", () => {
  expect(hashOf({ a: 1, b: { c: 2, d: 3 } })).toBe(hashOf({ b: { d: 3, c: 2 }, a: 1 }));
  expect(hashOf([1, 2])).not.toBe(hashOf([2, 1]));
});

test("ids are short, stable and tell things apart", () => {
  expect(agentId("a")).toMatch(/^[0-9a-f]{12}$/);
  expect(agentId("a")).not.toBe(agentId("b"));
  expect(conversationId("a", "x")).not.toBe(conversationId("a", "y"));
  expect(derivedId("call", "hash", 0)).toMatch(/^call_[0-9a-f]{24}$/);
  expect(derivedId("call", "hash", 0)).not.toBe(derivedId("call", "hash", 1));
  expect(derivedId("chatcmpl", "hash")).toMatch(/^chatcmpl-/);
});
