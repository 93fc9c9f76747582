// Logs: one JSON object a line, with the invocation's id where there is one, and no personal data.

import { type LoggerTransport, TerminalError } from "@restatedev/restate-sdk";
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
    logger[levelOf(level, line, rest)]({ ...fields }, line.trim());
  };
}

type Level = `${Parameters<LoggerTransport>[0]["level"]}`;

function levelOf(level: Level, line: string, details: readonly unknown[]): Level {
  // The SDK's own account of each attempt belongs to those who look for it.
  if (level === "info" && /^(Starting|Replaying) invocation|^Invocation (completed|suspended)/.test(line)) {
    return "debug";
  }
  // A caller was told what is wrong with the request: nothing is wrong here.
  const refused = details.some((detail) => detail instanceof TerminalError && detail.code < 500);
  return refused ? "info" : level;
}
