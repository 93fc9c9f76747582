// The gateway's settings.

import {
  countSchema,
  millisecondsSchema,
  portSchema,
  serverUrlSchema,
  serviceEnvSchema,
  telemetryEnvSchema,
} from "@holdfast/service-kit";
import { z } from "zod";

export const envSchema = serviceEnvSchema
  .pick({ HOST: true, LOG_LEVEL: true, DRAIN_TIMEOUT_MS: true })
  .extend({
    ...telemetryEnvSchema.shape,
    /** Where clients reach it. */
    PORT: portSchema.default(3000),
    /** Restate's ingress. */
    RESTATE_INGRESS_URL: serverUrlSchema.default("http://localhost:8080"),
    /** Restate's admin API, by which claims in trouble are seen, and what waits is measured; neither when left out. */
    RESTATE_ADMIN_URL: serverUrlSchema.optional(),
    /** How often it is asked which claims are in trouble, in milliseconds. */
    TROUBLE_CHECK_MS: countSchema.default(10_000),
    /** How long a claim may fail before it needs attention, in milliseconds; what cannot pass by itself needs it at once. */
    TROUBLE_AFTER_MS: millisecondsSchema.default(120_000),
    /** How long one call of Restate may take, in milliseconds. */
    RESTATE_TIMEOUT_MS: countSchema.default(10_000),
    /** The coverage plan; the one that comes with Holdfast when left out. */
    COVERAGE_PLAN_FILE: z.string().min(1).optional(),
    /** Bearer token that /api asks for; anybody may call when left out. */
    GATEWAY_TOKEN: z
      .string()
      .regex(/^[\x21-\x7e]+$/, "must be visible ASCII characters without spaces")
      .optional(),
    /** How many requests one address may make to /api in the window. */
    RATE_LIMIT_MAX: countSchema.default(300),
    /** The window, in milliseconds. */
    RATE_LIMIT_WINDOW_MS: countSchema.default(60_000),
    /** Addresses or networks of the proxies whose X-Forwarded-For is believed, comma-separated. */
    TRUST_PROXY: z
      .string()
      .transform((list) => list.split(",").map((entry) => entry.trim()))
      .pipe(z.array(z.string().min(1, "must be addresses or networks, comma-separated")))
      .optional(),
  });
export type Env = z.output<typeof envSchema>;
