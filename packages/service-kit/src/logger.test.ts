import { type LoggerTransport, TerminalError } from "@restatedev/restate-sdk";
import { pino } from "pino";
import { describe, expect, it } from "vitest";
import { restateLogger } from "./logger.ts";

/** What the transport writes for one of the SDK's lines; undefined for nothing. */
function logged(level: string, replaying: boolean, ...parts: unknown[]): Record<string, unknown> | undefined {
  const lines: string[] = [];
  const logger = pino(
    { level: "trace", formatters: { level: (label) => ({ level: label }) } },
    { write: (line) => lines.push(line) },
  );
  // The SDK exports the enums of these fields as types alone.
  const meta = { source: "JOURNAL", level, replaying } as Parameters<LoggerTransport>[0];
  restateLogger(logger)(meta, ...parts);
  return lines[0] === undefined ? undefined : JSON.parse(lines[0]);
}

describe("restateLogger", () => {
  it("leaves out what a replay says again", () => {
    expect(logged("info", true, "hello")).toBeUndefined();
  });

  it.each([
    ["an ordinary line", "info", ["hello", "world"], "info", "hello world"],
    [
      "the SDK's account of an attempt",
      "info",
      ["Invocation completed successfully."],
      "debug",
      "Invocation completed successfully.",
    ],
    ["a failure", "warn", ["failed:", new Error("out of paper")], "warn", "failed: out of paper"],
    [
      "a refused request",
      "warn",
      ["failed:", new TerminalError("no such claim", { errorCode: 404 })],
      "info",
      "failed: no such claim",
    ],
    [
      "a terminal failure of our own",
      "warn",
      ["failed:", new TerminalError("no model", { errorCode: 500 })],
      "warn",
      "failed: no model",
    ],
  ])("writes %s", (_what, level, parts, expectedLevel, msg) => {
    expect(logged(level, false, ...parts)).toMatchObject({ level: expectedLevel, msg });
  });
});
