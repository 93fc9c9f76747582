// Computes the cost of a model call. It runs inside of the model's own durable step and its result is journaled with the reply:
// prices change with a deploy, and a replay must not.

import { TerminalError } from "@restatedev/restate-sdk";
import type { WireUsage } from "../agents/models/journaled-reply.ts";
import type { ModelStepPart } from "../agents/plugin.ts";

/** What a model's tokens cost, in US dollars per million tokens. */
export interface TokenPrice {
  readonly input: number;
  /** Input tokens that the API took from its cache; the price of other input by default. */
  readonly cachedInput?: number | undefined;
  /** Output tokens, those of reasoning among them. */
  readonly output: number;
}

/** Where prices are taken from. */
export interface PriceSource {
  /** Prices by model name, for models that the table does not know or that cost something else here. */
  readonly prices?: Readonly<Record<string, TokenPrice>> | undefined;
  /** Whose prices of the table hold, such as `azure` or `openrouter`; found by the model's name when left out. */
  readonly priceProvider?: string | undefined;
}

/** What a run's budget needs to know of a call. */
export interface Metering {
  /** Where prices are taken from; undefined when nothing asks for the cost. */
  readonly pricing: PriceSource | undefined;
  /** Whether a limit depends on what the API says was used. */
  readonly needsUsage: boolean;
}

/** The cost of a reply, in whole billionths of a US dollar. */
type ModelPrice = (usage: WireUsage) => number;

/**
 * The part of a model call's step that counts tokens and cost. It throws a TerminalError before the call when the model's price
 * is needed and not known; and after it when the API does not say what was used, so that no limit would ever be reached.
 */
export function metered(model: string | undefined, { pricing, needsUsage }: Metering): ModelStepPart {
  return async (_attempt, next) => {
    const price = pricing && (await modelPrice(model, pricing));
    const reply = await next();
    const { usage } = reply;
    if (needsUsage && usage.input + usage.output + (usage.total ?? 0) === 0) {
      throw new TerminalError(
        `The API of model "${model || "default model"}" does not say how many tokens were used, so a budget of tokens or cost cannot hold. ` +
          "Bound the run by the turns of its budget.",
      );
    }
    return price ? { ...reply, usage: { ...usage, nanoUsd: price(usage) } } : reply;
  };
}

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
  const { prices, priceProvider } = source;
  const own = prices && Object.hasOwn(prices, model) ? prices[model] : undefined;
  if (own) {
    const { input, cachedInput = input, output } = own;
    return flatPrice({ input, cached: cachedInput, cacheWrites: input, output, reasoning: output });
  }
  const known = await tablePrice(model, priceProvider);
  if (known) return known;
  const whose = priceProvider === undefined ? "" : ` of provider "${priceProvider}"`;
  throw new TerminalError(
    `No price is known for model "${model}"${whose}, and the run has a budget of costUsd. ` +
      "Give its price in the budget's prices, or the provider's name in its priceProvider.",
  );
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
  const dollars = ({ input, cached = 0, cacheWrites = 0, output = 0, reasoning = 0 }: Partial<Tokens>) =>
    calcPrice(
      {
        input_tokens: input ?? 0,
        cache_read_tokens: cached,
        cache_write_tokens: cacheWrites,
        output_tokens: output,
        output_reasoning_tokens: reasoning,
      },
      model,
      options,
    )?.total_price ?? 0;
  const { prices } = known.model;
  const isFlat =
    !Array.isArray(prices) && Object.values(known.model_price).every((rate) => typeof rate === "number");
  if (!isFlat) return (usage) => Math.round(dollars(tokensOf(usage)) * 1e9);
  // Prices that depend neither on the time nor on how many tokens there are: the table is asked once for each kind, as it
  // takes longer for an answer than all else that is recorded of a model call.
  return flatPrice({
    input: dollars({ input: 1e6 }),
    cached: dollars({ input: 1e6, cached: 1e6 }),
    cacheWrites: dollars({ input: 1e6, cacheWrites: 1e6 }),
    output: dollars({ output: 1e6 }),
    reasoning: dollars({ output: 1e6, reasoning: 1e6 }),
  });
}

/** Tokens of a reply, or the price of a million of each kind in US dollars. */
interface Tokens {
  readonly input: number;
  /** Of the input. */
  readonly cached: number;
  /** Of the input. */
  readonly cacheWrites: number;
  readonly output: number;
  /** Of the output. */
  readonly reasoning: number;
}

function flatPrice(rates: Tokens): ModelPrice {
  return (usage) => {
    const { input, cached, cacheWrites, output, reasoning } = tokensOf(usage);
    const ofInput =
      (input - cached - cacheWrites) * rates.input + cached * rates.cached + cacheWrites * rates.cacheWrites;
    const ofOutput = (output - reasoning) * rates.output + reasoning * rates.reasoning;
    return Math.round((ofInput + ofOutput) * 1_000);
  };
}

// An API may give a part that is larger than the whole, which the table refuses; the reply has been paid for.
function tokensOf(usage: WireUsage): Tokens {
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
