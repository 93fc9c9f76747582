import { describe, expect, it } from "vitest";
import { z } from "zod";
import { parseEnv, SettingsError, serviceEnvSchema } from "./env.ts";
import { modelEnvSchema } from "./models.ts";
import { booleanSchema } from "./setting-schemas.ts";

const schema = serviceEnvSchema.extend(modelEnvSchema.shape).extend({ FLAG: booleanSchema.default(false) });

function problemsOf(env: Record<string, string>): string {
  try {
    parseEnv(schema, env);
  } catch (error) {
    expect(error).toBeInstanceOf(SettingsError);
    return String(error);
  }
  throw new Error("the settings were taken");
}

describe("parseEnv", () => {
  it("takes defaults for what is left out or empty", () => {
    const env = parseEnv(schema, { OPENAI_API_KEY: "k", PORT: "", LOG_LEVEL: undefined });
    expect(env).toMatchObject({
      PORT: 9080,
      HEALTH_PORT: 9081,
      LOG_LEVEL: "info",
      OPENAI_API: "responses",
      FLAG: false,
    });
    expect(env.OTEL_EXPORTER_OTLP_ENDPOINT).toBeUndefined();
  });

  it("names every problem in one message", () => {
    const message = problemsOf({
      PORT: "seventy",
      DRAIN_TIMEOUT_MS: "-1",
      OPENAI_BASE_URL: "nowhere",
      FLAG: "maybe",
    });
    for (const name of [
      "PORT",
      "DRAIN_TIMEOUT_MS",
      "OPENAI_BASE_URL",
      "OPENAI_API_KEY: is required",
      "FLAG",
    ]) {
      expect(message).toContain(name);
    }
  });

  it("never repeats a value, which may be a secret in the wrong variable", () => {
    const message = problemsOf({
      OPENAI_API_KEY: "k",
      PORT: "sk-canary",
      RESTATE_IDENTITY_KEYS: "sk-canary",
      OPENAI_API: "sk-canary",
    });
    expect(message).not.toContain("canary");
  });

  it("reads identity keys as a list", () => {
    const env = parseEnv(schema, {
      OPENAI_API_KEY: "k",
      RESTATE_IDENTITY_KEYS: "publickeyv1_a, publickeyv1_b",
    });
    expect(env.RESTATE_IDENTITY_KEYS).toEqual(["publickeyv1_a", "publickeyv1_b"]);
  });

  it("says so when the settings as a whole do not fit", () => {
    const whole = z.object({ A: z.string() }).refine(() => false, "A and B exclude each other");
    expect(() => parseEnv(whole, { A: "a" })).toThrow("settings: A and B exclude each other");
  });
});
