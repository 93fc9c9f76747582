import { expect, test } from "vitest";
import { describeProblems, envSchema } from "./env.ts";

const defaults = { PORT: 8090, HOST: "127.0.0.1", SIMULATOR_LATENCY_MS: 300, SIMULATOR_OBEDIENT: false };

test("every setting has a default; an empty one is not set", () => {
  expect(envSchema.parse({})).toEqual(defaults);
  expect(envSchema.parse({ PORT: "", HOST: "", SIMULATOR_API_KEY: "", SIMULATOR_OBEDIENT: "" })).toEqual(
    defaults,
  );
  expect(envSchema.parse({ PORT: "0", SIMULATOR_OBEDIENT: "true", SIMULATOR_API_KEY: "k" })).toEqual({
    ...defaults,
    PORT: 0,
    SIMULATOR_OBEDIENT: true,
    SIMULATOR_API_KEY: "k",
  });
});

test("every problem is told at once, without the values", () => {
  const parsed = envSchema.safeParse({
    PORT: "secret",
    SIMULATOR_LATENCY_MS: "-1",
    SIMULATOR_OBEDIENT: "perhaps",
  });
  const text = parsed.success ? "" : describeProblems(parsed.error);
  expect(text.split("\n").map((line) => line.trim().split(":")[0])).toEqual([
    "PORT",
    "SIMULATOR_LATENCY_MS",
    "SIMULATOR_OBEDIENT",
  ]);
  expect(text).not.toMatch(/secret|perhaps/);
});
