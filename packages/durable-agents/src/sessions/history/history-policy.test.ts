import { TerminalError } from "@restatedev/restate-sdk";
import { describe, expect, it } from "vitest";
import { keepLastTurns } from "./history-policy.ts";
import { summarise } from "./summarise.ts";

const model = "a-model";

describe("a history policy", () => {
  it.each([0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY])("refuses %d turns", (turns) => {
    expect(() => keepLastTurns(turns)).toThrow(TerminalError);
    expect(() => keepLastTurns(turns)).toThrow(/^keepLastTurns: turns is .*whole number above 0/);
    expect(() => summarise({ keepTurns: turns, after: 40, model })).toThrow(/^summarise: keepTurns is /);
    expect(() => summarise({ keepTurns: 20, after: turns, model })).toThrow(/^summarise: after is /);
  });

  it("refuses to keep more turns than may pile up", () => {
    expect(() => summarise({ keepTurns: 20, after: 19, model })).toThrow(
      /after \(19\) is less than keepTurns \(20\)/,
    );
    expect(() => summarise({ keepTurns: 20, after: 20, model })).not.toThrow();
  });
});
