// Settings of the tour's agents.

import { serverUrlSchema, serviceEnvSchema } from "@holdfast/service-kit";
import { modelEnvSchema } from "@holdfast/service-kit/models";
import { z } from "zod";

const cities = (byDefault: string) =>
  z
    .string()
    .default(byDefault)
    .transform((list) => list.split(",").map((city) => city.trim().toLowerCase()))
    .transform((list) => list.filter((city) => city !== "" && city !== "none"));

export const envSchema = serviceEnvSchema.extend(modelEnvSchema.shape).extend({
  /** Restate's ingress, where the progress of runs is published. */
  RESTATE_INGRESS_URL: serverUrlSchema.default("http://localhost:8080"),
  /** A server that speaks as wttr.in does; weather is made up when left out. */
  WEATHER_API_URL: serverUrlSchema.optional(),
  /** For which cities the weather API is down, comma-separated; `none` for none. */
  WEATHER_FAIL_CITIES: cities("Denver"),
  /** To which cities no flight has a seat, comma-separated; `none` for none. */
  FLIGHT_FULL_CITIES: cities("San Francisco"),
});
