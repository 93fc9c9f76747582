import { parseEnv } from "@holdfast/service-kit/settings";
import { expect, test } from "vitest";
import { envSchema } from "./env.ts";

const defaults = { PORT: 8090, HOST: "127.0.0.1", SIMULATOR_LATENCY_MS: 300, SIMULATOR_OBEDIENT: false };

test("every setting has a default; an empty one is not set", () => {
  expect(parseEnv(envSchema, {})).toEqual(defaults);
  expect(parseEnv(envSchema, { PORT: "", HOST: "", SIMULATOR_API_KEY: "", SIMULATOR_OBEDIENT: "" })).toEqual(
    defaults,
  );
  expect(parseEnv(envSchema, { PORT: "0", SIMULATOR_OBEDIENT: "true", SIMULATOR_API_KEY: "k" })).toEqual({
    ...defaults,
    PORT: 0,
    SIMULATOR_OBEDIENT: true,
    SIMULATOR_API_KEY: "k",
  });
});
