// Reads the weather. Called inside of a durable step.

import { createHash } from "node:crypto";
import { z } from "zod";

export interface Weather {
  readonly city: string;
  readonly temperature: string;
  readonly description: string;
}

export interface WeatherSourceOptions {
  /** A server that speaks as wttr.in does; weather is made up without one. */
  readonly apiUrl: string | undefined;
  /** The cities, in lower case, for which it is down. */
  readonly failCities: readonly string[];
}

/** @throws Error when the weather API is down; another try may succeed */
export type WeatherSource = (city: string, signal: AbortSignal) => Promise<Weather>;

export function weatherSource({ apiUrl, failCities }: WeatherSourceOptions): WeatherSource {
  return async (city, signal) => {
    if (failCities.includes(city.trim().toLowerCase())) {
      throw new Error("The weather API is down for a city of WEATHER_FAIL_CITIES.");
    }
    return apiUrl === undefined ? madeUp(city) : ask(apiUrl, city, signal);
  };
}

// https://github.com/chubin/wttr.in#json-output
const answerSchema = z.object({
  current_condition: z
    .array(z.object({ temp_C: z.string(), weatherDesc: z.array(z.object({ value: z.string() })).min(1) }))
    .min(1),
});

async function ask(apiUrl: string, city: string, signal: AbortSignal): Promise<Weather> {
  const url = `${apiUrl.replace(/\/+$/, "")}/${encodeURIComponent(city)}?format=j1`;
  const response = await fetch(url, { signal });
  const body: unknown = await response.json().catch(() => undefined);
  if (!response.ok) throw new Error(`The weather API answered ${response.status}.`);
  const now = answerSchema.safeParse(body).data?.current_condition[0];
  if (!now) throw new Error("The weather API answered without the weather.");
  return { city, temperature: `${now.temp_C} °C`, description: now.weatherDesc[0]?.value ?? "" };
}

const DESCRIPTIONS = ["sunny", "partly cloudy", "cloudy", "light rain", "foggy", "windy"] as const;

/** The same for a city each time. */
function madeUp(city: string): Weather {
  const hash = createHash("sha256").update(city.trim().toLowerCase()).digest();
  const description = DESCRIPTIONS[hash.readUInt8(1) % DESCRIPTIONS.length] ?? DESCRIPTIONS[0];
  return { city, temperature: `${5 + (hash.readUInt8(0) % 25)} °C`, description };
}
