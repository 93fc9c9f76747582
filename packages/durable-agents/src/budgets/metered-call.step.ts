// Journals the cost of a model call with its reply. It runs inside of the call's durable step.

import { TerminalError } from "@restatedev/restate-sdk";
import type { ModelStepPart } from "../agents/plugin.ts";
import { modelPrice, type PriceSource } from "./model-prices.step.ts";

/** What a run's budget needs to know of a call. */
export interface Metering {
  /** Where prices are taken from; undefined when nothing asks for the cost. */
  readonly pricing: PriceSource | undefined;
  /** Whether a limit depends on what the API says was used. */
  readonly needsUsage: boolean;
}

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
