// A model call whose cost is journaled with its reply. Runs inside of a durable step.

import { TerminalError } from "@restatedev/restate-sdk";
import type { WireModelResponse } from "../agents/models/model-response.ts";
import { modelPrice, type PriceSource } from "./model-prices.step.ts";

/** What the run's budget asks of a call. */
export interface Metering {
  /** Where prices are taken from; undefined when nothing asks for the cost. */
  readonly pricing: PriceSource | undefined;
  /** Whether a limit depends on what the API says was used. */
  readonly needsUsage: boolean;
}

/**
 * @throws TerminalError before the call when the model's price is needed and not known; after it when the API does
 *   not say what was used, so that no limit would ever be reached
 */
export async function meteredCall(
  model: string | undefined,
  { pricing, needsUsage }: Metering,
  call: () => Promise<WireModelResponse>,
): Promise<WireModelResponse> {
  const price = pricing && (await modelPrice(model, pricing));
  const reply = await call();
  const { usage } = reply;
  if (needsUsage && usage.input + usage.output + (usage.total ?? 0) === 0) {
    throw new TerminalError(
      `The API of model "${model || "default model"}" does not say how many tokens were used, so a budget of tokens or cost cannot hold. ` +
        "Bound the run by DurableRunner's budget.turns.",
    );
  }
  return price ? { ...reply, usage: { ...usage, nanoUsd: price(usage) } } : reply;
}
