// The gateway's settings.

import { portSchema, serviceEnvSchema, telemetryEnvSchema } from "@holdfast/service-kit";
import { z } from "zod";

const serverUrl = z.url({ protocol: /^https?$/, error: "must be an http or https URL" });
const withoutSlash = (url: string) => url.replace(/\/+$/, "");
const count = z.coerce.number("must be a number").int().positive();

export const envSchema = serviceEnvSchema
  .pick({ HOST: true, LOG_LEVEL: true, DRAIN_TIMEOUT_MS: true })
  .extend({
    ...telemetryEnvSchema.shape,
    /** Where clients reach it. */
    PORT: portSchema.default(3000),
    /** Restate's ingress. */
    RESTATE_INGRESS_URL: serverUrl.default("http://localhost:8080").transform(withoutSlash),
    /** Restate's admin API, to tell of what waits in it; not told when left out. */
    RESTATE_ADMIN_URL: serverUrl.transform(withoutSlash).optional(),
    /** How long one call of Restate may take, in milliseconds. */
    RESTATE_TIMEOUT_MS: count.default(10_000),
    /** The coverage plan; the one that comes with Holdfast when left out. */
    COVERAGE_PLAN_FILE: z.string().min(1).optional(),
    /** Bearer token that /api asks for; anybody may call when left out. */
    GATEWAY_TOKEN: z
      .string()
      .regex(/^[\x21-\x7e]+$/, "must be visible ASCII characters without spaces")
      .optional(),
    /** How many requests one address may make to /api in the window. */
    RATE_LIMIT_MAX: count.default(300),
    /** The window, in milliseconds. */
    RATE_LIMIT_WINDOW_MS: count.default(60_000),
    /** Addresses or networks of the proxies whose X-Forwarded-For is believed, comma-separated. */
    TRUST_PROXY: z
      .string()
      .transform((list) => list.split(",").map((entry) => entry.trim()))
      .pipe(z.array(z.string().min(1, "must be addresses or networks, comma-separated")))
      .optional(),
  });
export type Env = z.output<typeof envSchema>;
