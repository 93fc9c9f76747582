// An export ends in the context of the invocation that happened to start it. What is said of it then is nobody's replay.

import { ExportResultCode } from "@opentelemetry/core";
import type { HooksProvider } from "@restatedev/restate-sdk";
import { pino } from "pino";
import { expect, it } from "vitest";
import { invocationFields, isReplayed, logContext } from "../log-context.ts";
import { Outage } from "./outage.ts";

/** A request as the SDK hands it to hooks, of an attempt that has ended: it processes nothing any more. */
function endedAttempt(): Parameters<HooksProvider>[0] {
  const target = { service: "Telling", handler: "logs", toString: () => "Telling/logs" };
  const hook = { request: { id: "inv_1", target } };
  Reflect.set(hook, Symbol.for("@restatedev/restate-sdk/hooks.isProcessing"), () => false);
  return hook as unknown as Parameters<HooksProvider>[0];
}

it("is logged from within an invocation that has ended, and not as that one's", async () => {
  const lines: Record<string, unknown>[] = [];
  const logger = pino(
    {
      mixin: invocationFields,
      hooks: {
        logMethod(args, method) {
          if (!isReplayed()) method.apply(this, args);
        },
      },
    },
    { write: (line: string) => lines.push(JSON.parse(line)) },
  );
  const outage = new Outage(logger);
  const ended = outage.watch("traces", () => {});
  await logContext(endedAttempt()).interceptor?.handler?.(async () => {
    ended({ code: ExportResultCode.FAILED, error: Object.assign(new Error("no"), { code: "ECONNREFUSED" }) });
    ended({ code: ExportResultCode.SUCCESS });
  });
  expect(lines).toEqual([
    expect.objectContaining({ signal: "traces", cause: "ECONNREFUSED" }),
    expect.objectContaining({ msg: "telemetry is sent again" }),
  ]);
  for (const line of lines) expect(line).not.toHaveProperty("invocationId");
});
