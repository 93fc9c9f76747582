// Logs: one JSON object a line, with the invocation's id where there is one, and no personal data.

import type { LoggerTransport } from "@restatedev/restate-sdk";
import { type Logger, pino } from "pino";

export type { Logger };

/** @param service is the `service` field of each line */
export function createLogger(service: string, level: string): Logger {
  return pino({ level, base: { service }, formatters: { level: (label) => ({ level: label }) } });
}

/** Sends the Restate SDK's logs, and those of `ctx.console`, through pino; lines of a replay are left out. */
export function restateLogger(logger: Logger): LoggerTransport {
  return ({ level, replaying, context }, message, ...rest) => {
    if (replaying) return;
    const fields = context && { invocationId: context.invocationId, target: context.invocationTarget };
    const line = [message, ...rest]
      .map((part) => (part instanceof Error ? part.message : String(part)))
      .join(" ");
    // The SDK's own account of each step belongs to those who look for it.
    const quiet =
      level === "info" && /^(Starting|Replaying) invocation|^Invocation (completed|suspended)/.test(line);
    logger[quiet ? "debug" : level]({ ...fields }, line.trim());
  };
}
