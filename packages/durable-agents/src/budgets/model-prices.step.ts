// Computes the cost of a model call. It runs inside of the model's own durable step and its result is journaled with the reply:
// prices change with a deploy, and a replay must not.

import { TerminalError } from "@restatedev/restate-sdk";
import type { WireUsage } from "../agents/models/model-response.ts";

/** Where prices are taken from, in US dollars per million tokens. */
export interface PriceSource {
  readonly prices?:
    | Readonly<
        Record<string, { readonly input: number; readonly cachedInput?: number; readonly output: number }>
      >
    | undefined;
  readonly priceProvider?: string | undefined;
}

/** The cost of a reply, in whole billionths of a US dollar. */
export type ModelPrice = (usage: WireUsage) => number;

/**
 * The price of a model's tokens. What the API charges beside them, such as searches, is not in it.
 *
 * @throws TerminalError when no price is known
 */
export async function modelPrice(model: string | undefined, source: PriceSource): Promise<ModelPrice> {
  if (!model) {
    throw new TerminalError(
      "A budget of costUsd needs to know which model is called. Give the agent, or DurableRunner, a model's name.",
    );
  }
  const own = source.prices && Object.hasOwn(source.prices, model) ? source.prices[model] : undefined;
  if (own) {
    const { input, cachedInput = input, output } = own;
    return (usage) => {
      const tokens = pricedTokens(usage);
      return Math.round(
        ((tokens.input - tokens.cached) * input + tokens.cached * cachedInput + tokens.output * output) *
          1_000,
      );
    };
  }
  return (await tablePrice(model, source.priceProvider)) ?? unknownPrice(model, source.priceProvider);
}

/** What a reply cost, in US dollars, for whoever only wants to know; undefined when no price is known. */
export async function modelCost(model: string | undefined, usage: WireUsage): Promise<number | undefined> {
  const price = model === undefined ? undefined : await tablePrice(model, undefined);
  return price && price(usage) / 1e9;
}

// By provider and model. A process calls few of them, and to find one in the table takes longer than all else of a price.
const found = new Map<string, Promise<ModelPrice | undefined>>();

function tablePrice(model: string, providerId: string | undefined): Promise<ModelPrice | undefined> {
  const key = JSON.stringify([providerId, model]);
  const price = found.get(key) ?? findPrice(model, providerId);
  found.set(key, price);
  return price;
}

async function findPrice(model: string, providerId: string | undefined): Promise<ModelPrice | undefined> {
  // Only now, as it is large: most processes never ask for a price.
  const { calcPrice } = await import("@pydantic/genai-prices");
  const options = providerId === undefined ? {} : { providerId };
  const known = calcPrice({ input_tokens: 0, output_tokens: 0 }, model, options);
  // A model that is paid by the second or by the page has no price of tokens.
  if (known?.model_price.input_mtok === undefined || known.model_price.output_mtok === undefined) {
    return undefined;
  }
  const dollars = (tokens: PricedTokens): number =>
    calcPrice(
      {
        input_tokens: tokens.input,
        cache_read_tokens: tokens.cached,
        cache_write_tokens: tokens.cacheWrites,
        output_tokens: tokens.output,
        output_reasoning_tokens: tokens.reasoning,
      },
      model,
      options,
    )?.total_price ?? 0;
  const isFlat = !Array.isArray(known.model.prices) && Object.values(known.model_price).every(isNumber);
  const price = isFlat ? flatPrice(dollars) : dollars;
  return (usage) => Math.round(price(pricedTokens(usage)) * 1e9);
}

/**
 * What a table says whose prices depend neither on the time nor on how many tokens there are: it is asked once for each kind,
 * as it takes longer for an answer than all else that is recorded of a model call.
 */
function flatPrice(dollars: (tokens: PricedTokens) => number): (tokens: PricedTokens) => number {
  const none: PricedTokens = { input: 0, cached: 0, cacheWrites: 0, output: 0, reasoning: 0 };
  const million = (tokens: Partial<PricedTokens>) => dollars({ ...none, ...tokens });
  const input = million({ input: 1e6 });
  const cached = million({ input: 1e6, cached: 1e6 });
  const cacheWrites = million({ input: 1e6, cacheWrites: 1e6 });
  const output = million({ output: 1e6 });
  const reasoning = million({ output: 1e6, reasoning: 1e6 });
  return (tokens) =>
    ((tokens.input - tokens.cached - tokens.cacheWrites) * input +
      tokens.cached * cached +
      tokens.cacheWrites * cacheWrites +
      (tokens.output - tokens.reasoning) * output +
      tokens.reasoning * reasoning) /
    1e6;
}

function isNumber(value: unknown): boolean {
  return typeof value === "number";
}

function unknownPrice(model: string, provider: string | undefined): never {
  const whose = provider === undefined ? "" : ` of provider "${provider}"`;
  throw new TerminalError(
    `No price is known for model "${model}"${whose}, and the run has a budget of costUsd. ` +
      "Give its price in the budget's prices, or the provider's name in its priceProvider.",
  );
}

/** Tokens of a reply. */
interface PricedTokens {
  readonly input: number;
  /** Of the input. */
  readonly cached: number;
  /** Of the input. */
  readonly cacheWrites: number;
  readonly output: number;
  /** Of the output. */
  readonly reasoning: number;
}

// An API may give a part that is larger than the whole, which the table refuses; the reply has been paid for.
function pricedTokens(usage: WireUsage): PricedTokens {
  const { input, output, total = input + output, inputDetails = {}, outputDetails = {} } = usage;
  const cached = Math.min(inputDetails.cached_tokens ?? 0, input);
  // Some APIs count the tokens of reasoning in the total alone; they cost what output costs.
  const allOutput = Math.max(output, total - input);
  return {
    input,
    cached,
    cacheWrites: Math.min(inputDetails.cache_write_tokens ?? 0, input - cached),
    output: allOutput,
    reasoning: Math.min(outputDetails.reasoning_tokens ?? 0, allOutput),
  };
}
