// The limits of a run.

/** What a model's tokens cost, in US dollars per million tokens. */
export interface TokenPrice {
  readonly input: number;
  /** Input tokens that the API took from its cache; the price of other input by default. */
  readonly cachedInput?: number | undefined;
  /** Output tokens, those of reasoning among them. */
  readonly output: number;
}

/**
 * What one run may use, agents it hands off to and agents used as tools included. The model call that comes after a
 * limit has been reached is refused before it is made, and the run ends with a {@link BudgetExceededError}. A run may
 * pass a limit of tokens or cost by the calls that were under way, as what a call uses is known when it is answered.
 */
export interface Budget {
  /** How many model calls may be made; exact. A call that is made again after an error counts once. */
  readonly turns?: number | undefined;
  readonly inputTokens?: number | undefined;
  readonly outputTokens?: number | undefined;
  readonly totalTokens?: number | undefined;
  /** US dollars, by the price table of `@pydantic/genai-prices` or by `prices`. */
  readonly costUsd?: number | undefined;
  /** Prices by model name, for models that the table does not know or that cost something else here. */
  readonly prices?: Readonly<Record<string, TokenPrice>> | undefined;
  /** Whose prices of the table hold, such as `azure` or `openrouter`; found by the model's name when left out. */
  readonly priceProvider?: string | undefined;
}

/** The limits of a budget. */
export type BudgetLimit = "turns" | "inputTokens" | "outputTokens" | "totalTokens" | "costUsd";
