// The settings of the model simulator.

import { booleanSchema, millisecondsSchema, portSchema } from "@holdfast/service-kit/settings";
import { z } from "zod";

const MAX_LATENCY_MS = 600_000;

export const envSchema = z.object({
  /** Port to listen on; 0 takes any free one. */
  PORT: portSchema.default(8090),
  /** Address to listen on; `0.0.0.0` in a container. */
  HOST: z.string().default("127.0.0.1"),
  /** How long each call waits before its reply, in milliseconds. */
  SIMULATOR_LATENCY_MS: millisecondsSchema.max(MAX_LATENCY_MS).default(300),
  /** Whether the model does whatever the text of a conversation asks. For injection tests. */
  SIMULATOR_OBEDIENT: booleanSchema.default(false),
  /** When set, requests must carry it as bearer token. */
  SIMULATOR_API_KEY: z.string().optional(),
});
export type Env = z.output<typeof envSchema>;
