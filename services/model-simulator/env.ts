/** The settings of the model simulator, read from the environment. */
import { z } from "zod";

// Charts and compose files pass on what is not set as an empty string.
const optional = <T extends z.ZodType>(schema: T) =>
  z.preprocess((value) => (value === "" ? undefined : value), schema);

const port = z.coerce.number("must be a number").int().min(0).max(65_535);
const milliseconds = z.coerce.number("must be a number of milliseconds").min(0).max(600_000);

/** The environment variables that count, with their defaults. */
export const envSchema = z.object({
  /** Port to listen on; 0 takes any free one. */
  PORT: optional(port.default(8090)),
  /** Address to listen on; `0.0.0.0` in a container. */
  HOST: optional(z.string().default("127.0.0.1")),
  /** How long each call waits before its reply, in milliseconds. */
  SIMULATOR_LATENCY_MS: optional(milliseconds.default(300)),
  /** Whether the model does whatever the text of a conversation asks. For injection tests. */
  SIMULATOR_OBEDIENT: optional(z.stringbool("must be true or false").default(false)),
  /** When set, requests must carry it as bearer token. */
  SIMULATOR_API_KEY: optional(z.string().optional()),
});

/** The settings. */
export type Env = z.infer<typeof envSchema>;

/** What is wrong with the settings, one line each; names the variables, never their values. */
export function describeProblems(error: z.ZodError): string {
  return error.issues.map(({ path, message }) => `  ${path.join(".")}: ${message}`).join("\n");
}
