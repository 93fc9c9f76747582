import { parseEnv } from "@holdfast/service-kit";
import { expect, it } from "vitest";
import { envSchema } from "./env.ts";

it("has a default for everything", () => {
  expect(parseEnv(envSchema, {})).toEqual({
    HOST: "0.0.0.0",
    PORT: 3000,
    LOG_LEVEL: "info",
    DRAIN_TIMEOUT_MS: 25_000,
    RESTATE_INGRESS_URL: "http://localhost:8080",
    RESTATE_TIMEOUT_MS: 10_000,
    TROUBLE_CHECK_MS: 10_000,
    TROUBLE_AFTER_MS: 120_000,
    RATE_LIMIT_MAX: 300,
    RATE_LIMIT_WINDOW_MS: 60_000,
    OTEL_METRIC_EXPORT_INTERVAL: 15_000,
    TELEMETRY_CAPTURE_CONTENT: false,
  });
});

it("takes the slash from the ingress's end, and proxies from a list", () => {
  const env = parseEnv(envSchema, {
    RESTATE_INGRESS_URL: "https://restate.example:8080/",
    TRUST_PROXY: "10.0.0.0/8, 127.0.0.1",
  });
  expect(env.RESTATE_INGRESS_URL).toBe("https://restate.example:8080");
  expect(env.TRUST_PROXY).toEqual(["10.0.0.0/8", "127.0.0.1"]);
});

it.each([
  ["RESTATE_INGRESS_URL", "localhost:8080"],
  ["GATEWAY_TOKEN", "two words"],
  ["RATE_LIMIT_MAX", "0"],
  ["TRUST_PROXY", "10.0.0.1,,"],
  ["PORT", "http"],
])("refuses a wrong %s without repeating it", (name, value) => {
  let message = "";
  try {
    parseEnv(envSchema, { [name]: value });
  } catch (error) {
    message = String(error);
  }
  expect(message).toContain(`${name}`);
  expect(message).not.toContain(value);
});
