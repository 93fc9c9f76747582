// Chooses the agents' model: the one of the environment, or the simulator where none is configured.

import { FailedStart } from "./failed-start.ts";

export interface ModelChoice {
  /** Whether the simulator answers in place of a model. */
  readonly simulated: boolean;
  /** Describes it to the user. Names no key. */
  readonly description: string;
  /** The agents' settings for a model, when the simulator listens at this port. */
  settings(simulatorPort: number | undefined): Readonly<Record<string, string>>;
}

/** @throws FailedStart when the base URL is none */
export function chooseModel(env: Readonly<Record<string, string | undefined>>): ModelChoice {
  const { OPENAI_API_KEY: key, OPENAI_BASE_URL: baseUrl, OPENAI_MODEL: model } = env;
  if (!key && !baseUrl) {
    return {
      simulated: true,
      description:
        "No model is configured (neither OPENAI_API_KEY nor OPENAI_BASE_URL is set): a simulator answers in its place.",
      settings: (port) => ({
        OPENAI_API_KEY: "simulator",
        OPENAI_BASE_URL: `http://127.0.0.1:${port}/v1`,
      }),
    };
  }
  const host = hostOf(baseUrl || "https://api.openai.com/v1");
  return {
    simulated: false,
    description: `Model: ${model ? `${model} ` : ""}at ${host}.`,
    // The client insists on a key; many servers on one's own machine have none.
    settings: () => ({ OPENAI_API_KEY: key || "none", ...(baseUrl && { OPENAI_BASE_URL: baseUrl }) }),
  };
}

function hostOf(baseUrl: string): string {
  if (!URL.canParse(baseUrl)) {
    throw new FailedStart(
      "OPENAI_BASE_URL is not a URL: set it to one such as http://localhost:11434/v1, or unset it.",
    );
  }
  return new URL(baseUrl).host;
}
