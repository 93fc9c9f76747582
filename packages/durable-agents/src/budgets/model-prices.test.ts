import { TerminalError } from "@restatedev/restate-sdk";
import { describe, expect, it } from "vitest";
import type { JournaledReply, WireUsage } from "../agents/models/journaled-reply.ts";
import { metered, modelPrice, type PriceSource } from "./model-prices.step.ts";

const usage: WireUsage = {
  input: 1_200,
  output: 80,
  inputDetails: { cached_tokens: 1_024 },
  outputDetails: { reasoning_tokens: 64 },
};

async function cost(model: string, of: WireUsage, source: PriceSource = {}): Promise<number> {
  return (await modelPrice(model, source))(of);
}

describe("modelPrice of the table", () => {
  // The table's prices of these models, USD per million tokens: gpt-4.1 2, cached 0.5, output 8; gpt-4o-mini 0.15,
  // cached 0.075, output 0.6; gemini-2.5-pro 1.25, and 2.5 from 200,000 tokens on.
  it.each<[string, WireUsage, number]>([
    ["gpt-4.1", { input: 1_000_000, output: 0 }, 2_000_000_000],
    ["gpt-4.1", { input: 0, output: 1_000_000 }, 8_000_000_000],
    ["gpt-4.1", usage, 176 * 2_000 + 1_024 * 500 + 80 * 8_000],
    ["gpt-4.1-2025-04-14", usage, 176 * 2_000 + 1_024 * 500 + 80 * 8_000],
    ["gpt-4o-mini", { input: 1, output: 1 }, 150 + 600],
    ["gpt-4o-mini", { input: 1, output: 0, inputDetails: { cached_tokens: 1 } }, 75],
    ["gpt-4o-mini", { input: 0, output: 0 }, 0],
    ["gemini-2.5-pro", { input: 100_000, output: 0 }, 125_000_000],
    ["gemini-2.5-pro", { input: 1_000_000, output: 0 }, 2_500_000_000],
  ])("%s: %j costs %i billionths of a dollar", async (model, of, expected) => {
    expect(await cost(model, of)).toBe(expected);
  });

  it("takes a provider's own price", async () => {
    await expect(cost("llama-3.3-70b-versatile", usage)).rejects.toThrow(/No price is known/);
    expect(await cost("llama-3.3-70b-versatile", usage, { priceProvider: "groq" })).toBeGreaterThan(0);
  });

  it.each<[string, WireUsage, WireUsage]>([
    [
      "more cached tokens than input",
      { input: 10, output: 1, inputDetails: { cached_tokens: 99 } },
      { input: 10, output: 1, inputDetails: { cached_tokens: 10 } },
    ],
    [
      "more cache writes than input",
      { input: 10, output: 1, inputDetails: { cached_tokens: 4, cache_write_tokens: 99 } },
      { input: 10, output: 1, inputDetails: { cached_tokens: 4, cache_write_tokens: 6 } },
    ],
    ["reasoning in the total alone", { input: 10, output: 5, total: 40 }, { input: 10, output: 30 }],
  ])("prices a reply with %s", async (_name, odd, plain) => {
    expect(await cost("claude-sonnet-4-5", odd)).toBe(await cost("claude-sonnet-4-5", plain));
  });
});

describe("modelPrice of one's own", () => {
  const prices = {
    "gpt-4.1": { input: 1, cachedInput: 0.1, output: 3 },
    "in-house": { input: 0.0375, output: 0.15 },
  };

  it("goes before the table", async () => {
    expect(await cost("gpt-4.1", usage, { prices })).toBe(176 * 1_000 + 1_024 * 100 + 80 * 3_000);
  });

  it("prices cached input as input when it has no price", async () => {
    expect(await cost("in-house", usage, { prices })).toBe(1_200 * 37.5 + 80 * 150);
  });

  it("knows no model of an object's own members", async () => {
    await expect(cost("constructor", usage, { prices })).rejects.toThrow(/No price is known/);
  });
});

describe("a model without a price", () => {
  it.each<[string, string | undefined, PriceSource, RegExp]>([
    ["that nobody knows", "a-model", {}, /model "a-model".*the budget's prices/],
    ["of another provider", "gpt-4.1", { priceProvider: "nobody" }, /of provider "nobody"/],
    ["that is paid by the second", "whisper-1", {}, /model "whisper-1"/],
    ["without a name", "", {}, /a model's name/],
    ["left to the provider", undefined, {}, /a model's name/],
  ])("%s ends the call before it is made", async (_name, model, source, message) => {
    let calls = 0;
    const call = async () => {
      calls++;
      return reply(usage);
    };
    const made = callOf(model, { pricing: source, needsUsage: true }, call);
    await expect(made).rejects.toThrow(TerminalError);
    await expect(made).rejects.toThrow(message);
    expect(calls).toBe(0);
  });
});

/** Makes a call as its step does. */
function callOf(
  model: string | undefined,
  metering: Parameters<typeof metered>[1],
  call: () => Promise<JournaledReply>,
): Promise<JournaledReply> {
  const ask = () => Promise.reject(new Error("nothing is asked"));
  const attempt = { signal: new AbortController().signal, ask, onReply: () => {} };
  return metered(model, metering)(attempt, call);
}

function reply(of: WireUsage): JournaledReply {
  return { v: 1, output: [], usage: of };
}

describe("metered", () => {
  const call = (of: WireUsage) => async () => reply(of);

  it("puts the cost beside the usage when it is asked for", async () => {
    const metering = { pricing: {}, needsUsage: true };
    expect(await callOf("gpt-4.1", metering, call({ input: 1, output: 1 }))).toEqual(
      reply({ input: 1, output: 1, nanoUsd: 10_000 }),
    );
    expect(await callOf("a-model", { pricing: undefined, needsUsage: true }, call(usage))).toEqual(
      reply(usage),
    );
  });

  it("ends when the API does not say what was used, and a limit depends on it", async () => {
    const none = { input: 0, output: 0 };
    await expect(callOf("m", { pricing: undefined, needsUsage: true }, call(none))).rejects.toThrow(
      /does not say how many tokens.*turns of its budget/,
    );
    expect(await callOf("m", { pricing: undefined, needsUsage: false }, call(none))).toEqual(reply(none));
  });
});
