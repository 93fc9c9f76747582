// What a model call costs. It runs inside of the model's own durable step and its result is journaled with the reply:
// prices change with a deploy, and a replay must not.

import { TerminalError } from "@restatedev/restate-sdk";
import type { WireUsage } from "../wire/model-response.ts";

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
  const price: ModelPrice = (usage) => {
    const { input, cached, cacheWrites, output, reasoning } = pricedTokens(usage);
    const calculated = calcPrice(
      {
        input_tokens: input,
        cache_read_tokens: cached,
        cache_write_tokens: cacheWrites,
        output_tokens: output,
        output_reasoning_tokens: reasoning,
      },
      model,
      options,
    );
    return Math.round((calculated?.total_price ?? 0) * 1e9);
  };
  return price;
}

function unknownPrice(model: string, provider: string | undefined): never {
  const whose = provider === undefined ? "" : ` of provider "${provider}"`;
  throw new TerminalError(
    `No price is known for model "${model}"${whose}, and the run has a budget of costUsd. ` +
      "Give its price in DurableRunner's budget.prices, or the provider's name in budget.priceProvider.",
  );
}

// An API may give a part that is larger than the whole, which the table refuses; the reply has been paid for.
function pricedTokens(usage: WireUsage) {
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
