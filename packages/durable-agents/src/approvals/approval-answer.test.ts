import { describe, expect, it } from "vitest";
import { type ApprovalAnswer, readApprovalAnswer } from "./approval-answer.ts";

const read = (body: string) => readApprovalAnswer(new TextEncoder().encode(body));

describe("readApprovalAnswer", () => {
  it.each<[string, ApprovalAnswer]>([
    ["true", { decision: "approve" }],
    [" false\n", { decision: "reject" }],
    ['{"decision": "approve"}', { decision: "approve" }],
    ['{"decision": "reject"}', { decision: "reject" }],
    ['{"decision": "reject", "message": "Zu teuer."}', { decision: "reject", message: "Zu teuer." }],
    ['{"decision": "edit", "arguments": {}}', { decision: "edit", arguments: {} }],
    ['{"decision": "edit", "arguments": {"a": [1]}}', { decision: "edit", arguments: { a: [1] } }],
  ])("reads %s", (body, answer) => {
    expect(read(body)).toEqual(answer);
  });

  it.each([
    "",
    "yes",
    "1",
    "null",
    '"true"',
    "[true]",
    "{}",
    '{"decision": "Approve"}',
    // Whoever sends these means an edit, or a rejection with a reason.
    '{"decision": "approve", "arguments": {"amount": 1}}',
    '{"decision": "reject", "reason": "no"}',
    '{"decision": "reject", "message": 1}',
    '{"decision": "edit"}',
    '{"decision": "edit", "arguments": [1]}',
    '{"decision": "edit", "arguments": "{}"}',
  ])("takes no answer from %j", (body) => {
    expect(read(body)).toBeUndefined();
  });

  it("takes no answer from bytes that are no text", () => {
    expect(readApprovalAnswer(new Uint8Array([0xff, 0x74, 0x72, 0x75, 0x65]))).toBeUndefined();
  });
});
