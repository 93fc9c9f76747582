import { TerminalError } from "@restatedev/restate-sdk";
import { describe, expect, it } from "vitest";
import { checkedBudget } from "./budget.ts";
import { BudgetExceededError } from "./budget-exceeded-error.ts";
import { type Budget, BudgetMeter, runUsage } from "./budget-meter.ts";

/** A meter after calls that each used 10 input and 5 output tokens, and a tenth of a cent. */
function meterAfter(calls: number, budget: Budget): BudgetMeter {
  const meter = new BudgetMeter(budget);
  for (let n = 0; n < calls; n++) {
    expect(meter.admit()).toBeUndefined();
    meter.add({ input: 10, output: 5, nanoUsd: 1_000_000 });
  }
  return meter;
}

describe("checkedBudget", () => {
  it.each<[string, unknown, RegExp]>([
    ["a negative limit", { turns: -1 }, /budget\.turns is not valid/],
    ["part of a turn", { turns: 1.5 }, /budget\.turns is not valid/],
    ["NaN", { costUsd: Number.NaN }, /budget\.costUsd is not valid/],
    ["what is no end", { totalTokens: Number.POSITIVE_INFINITY }, /budget\.totalTokens is not valid/],
    ["a text", { inputTokens: "10" }, /budget\.inputTokens is not valid/],
    ["a limit there is none of", { dollars: 1 }, /budget is not valid.*dollars/],
    ["a negative price", { costUsd: 1, prices: { m: { input: -1, output: 1 } } }, /budget\.prices\.m\.input/],
    ["half a price", { costUsd: 1, prices: { m: { input: 1 } } }, /budget\.prices\.m\.output/],
  ])("refuses %s", (_name, budget, message) => {
    expect(() => checkedBudget(budget as Budget)).toThrow(TerminalError);
    expect(() => checkedBudget(budget as Budget)).toThrow(message);
  });

  it.each<Budget>([{}, { turns: 0 }, { costUsd: 0.25, prices: { m: { input: 1, output: 2 } } }])(
    "takes %j",
    (budget) => expect(checkedBudget(budget)).toEqual(budget),
  );
});

describe("BudgetMeter", () => {
  it.each<[Budget, number]>([
    [{ turns: 3 }, 3],
    [{ turns: 0 }, 0],
    [{ inputTokens: 30 }, 3],
    [{ inputTokens: 31 }, 4],
    [{ outputTokens: 15 }, 3],
    [{ totalTokens: 44 }, 3],
    [{ costUsd: 0.003 }, 3],
    [{ costUsd: 0.0031 }, 4],
    [{ turns: 9, totalTokens: 15 }, 1],
  ])("with %j lets %i calls be made", (budget, calls) => {
    const meter = meterAfter(calls, budget);
    expect(meter.admit()).toBeInstanceOf(BudgetExceededError);
    expect(meter.usage().turns).toBe(calls);
  });

  it("lets any number of calls be made without a limit", () => {
    expect(meterAfter(100, {}).admit()).toBeUndefined();
  });

  it("counts calls that are under way, and none that it refused", () => {
    const meter = new BudgetMeter({ turns: 2 });
    const refused = [1, 2, 3, 4].map(() => meter.admit()).filter((refusal) => refusal !== undefined);
    expect(refused.map(({ usage }) => usage.turns)).toEqual([2, 2]);
  });

  it("adds costs up without drift", () => {
    const meter = new BudgetMeter({ costUsd: 1 });
    for (let n = 0; n < 10; n++) meter.add({ input: 1, output: 1, nanoUsd: 100_000_000 });
    expect(meter.usage().costUsd).toBe(1);
    expect(meter.admit()).toMatchObject({ budget: "costUsd" });
  });

  it("takes the API's total where it is no sum", () => {
    const meter = new BudgetMeter({});
    meter.add({ input: 10, output: 5, total: 40 });
    expect(meter.usage()).toEqual({ turns: 1, inputTokens: 10, outputTokens: 5, totalTokens: 40 });
  });

  it.each<[Budget, boolean, Budget | undefined]>([
    [{}, false, undefined],
    [{ turns: 1 }, false, undefined],
    [{ totalTokens: 1 }, true, undefined],
    [{ costUsd: 1 }, true, { costUsd: 1 }],
  ])("of budget %j needs usage: %s, prices of %j", (budget, needsUsage, pricing) => {
    const meter = new BudgetMeter(budget);
    expect(meter.needsUsage).toBe(needsUsage);
    expect(meter.pricing).toEqual(pricing);
  });
});

describe("BudgetExceededError", () => {
  const usage = { turns: 2, inputTokens: 20, outputTokens: 10, totalTokens: 30, costUsd: 0.002 };
  const error = new BudgetExceededError("costUsd", 0.0015, usage);

  it("names the budget and what was used", () => {
    expect(error.message).toBe(
      "The run's budget of 0.0015 US dollars is used up; used so far: 2 model calls, 20 input tokens, " +
        "10 output tokens, 30 tokens in total, 0.002 US dollars. Raise costUsd of its budget, or give the agents less to do.",
    );
  });

  it("is found again after Restate has carried it", () => {
    const carried = new TerminalError(error.message, { errorCode: error.code, metadata: error.metadata });
    const found = BudgetExceededError.from(carried);
    expect(found).toBeInstanceOf(BudgetExceededError);
    expect(found).toMatchObject({ budget: "costUsd", limit: 0.0015, usage, message: error.message });
    expect(BudgetExceededError.from(error)).toBe(error);
  });

  it.each([
    ["another error", new Error("budget")],
    ["a terminal one", new TerminalError("budget")],
    ["other metadata", new TerminalError("budget", { metadata: { budget: "turns", limit: "many" } })],
    ["no error", undefined],
  ])("is not found in %s", (_name, other) => {
    expect(BudgetExceededError.from(other)).toBeUndefined();
  });
});

describe("runUsage", () => {
  it("refuses what is no result", () => {
    expect(() => runUsage({})).toThrow(/plug-in budget/);
  });
});
