import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { InvalidInputError } from "./json-serde.ts";
import { parseReviewAnswer } from "./review.ts";

const answerOf = (text: string) => parseReviewAnswer(new TextEncoder().encode(text));

describe("an answer through the public line", () => {
  it.each([
    ["true", "approve"],
    ["false", "deny"],
    ['"approved"', "approve"],
    ['"Approve"', "approve"],
    ['" true "', "approve"],
    ['"rejected"', "deny"],
    ['"denied"', "deny"],
    [' \n"deny"\n', "deny"],
  ])("%s means %s", (text, outcome) => {
    expect(answerOf(text)).toEqual({ outcome });
  });

  it("may be a full one", () => {
    const full = { outcome: "approve", amount: 7500.5, note: "bill checked", reviewer: "r.diaz" };
    expect(answerOf(JSON.stringify(full))).toEqual(full);
  });

  it.each([
    "",
    "maybe",
    '"maybe"',
    "yes please",
    "{",
    "null",
    "1",
    "[]",
    "[true]",
    "{}",
    '"constructor"',
    '"__proto__"',
    '{"outcome":"refer"}',
    '{"outcome":"approve","amount":-1}',
    '{"outcome":"approve","amount":10.001}',
    '{"outcome":"approve","amount":1e308}',
    '{"outcome":"approve","by":"me"}',
    '{"approved":true}',
  ])("makes no sense as %j, and is not repeated", (text) => {
    expect(() => answerOf(text)).toThrow(
      new InvalidInputError([
        {
          field: "",
          rule: 'the answer must be true, false, "approved", "denied" or {"outcome": "approve" | "deny"}',
        },
      ]),
    );
  });

  it("is read or refused, whatever it is", () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.uint8Array(),
          fc.json().map((json) => new TextEncoder().encode(json)),
        ),
        (bytes) => {
          try {
            expect(["approve", "deny"]).toContain(parseReviewAnswer(bytes).outcome);
          } catch (error) {
            expect(error).toBeInstanceOf(InvalidInputError);
          }
        },
      ),
    );
  });
});
