// Logs: one JSON object a line, with the invocation's id and the trace's where there are some, and no personal data. A line
// that a replay repeats is not written again.

import { type LoggerTransport, TerminalError } from "@restatedev/restate-sdk";
import { type Logger, pino } from "pino";
import { invocationFields, isReplayed, outsideOfInvocations } from "./log-context.ts";
import { errorFields, redact } from "./redaction.ts";

export type { Logger };

/** Fields of the trace that the running code works for. */
export type TraceFields = () => { readonly trace_id?: string; readonly span_id?: string };

/** @param service is the `service` field of each line */
export function createLogger(service: string, level: string, traceFields: TraceFields = () => ({})): Logger {
  return pino({
    level,
    base: { service },
    formatters: { level: (label) => ({ level: label }) },
    mixin: () => ({ ...invocationFields(), ...traceFields() }),
    hooks: {
      logMethod(args, method) {
        if (!isReplayed()) method.apply(this, args);
      },
    },
    serializers: { err: errorFields },
    redact,
  });
}

/** Sends the Restate SDK's logs, and those of `ctx.console`, through pino; lines of a replay are left out. */
export function restateLogger(logger: Logger, traceFields: TraceFields = () => ({})): LoggerTransport {
  return ({ level, replaying, context }, message, ...rest) => {
    if (replaying) return;
    const fields = context && {
      invocationId: context.invocationId,
      agent: context.serviceName,
      target: context.invocationTarget,
      ...traceOf(context.request?.attemptHeaders.get("traceparent")),
      ...traceFields(),
    };
    const line = [message, ...rest]
      .map((part) => (part instanceof Error ? part.message : String(part)))
      .join(" ");
    // The SDK knows itself what is replayed: what it logs about a replay, such as that it went wrong, is new.
    outsideOfInvocations(() => logger[levelOf(level, line, rest)]({ ...fields }, line.trim()));
  };
}

/** The SDK speaks outside of an attempt's span too: Restate's own span of it is in the request. */
function traceOf(traceparent: string | string[] | undefined): ReturnType<TraceFields> {
  const [, trace_id, span_id] = /^00-([0-9a-f]{32})-([0-9a-f]{16})-/.exec(String(traceparent)) ?? [];
  return trace_id !== undefined && span_id !== undefined ? { trace_id, span_id } : {};
}
type Level = `${Parameters<LoggerTransport>[0]["level"]}`;

function levelOf(level: Level, line: string, details: readonly unknown[]): Level {
  // The SDK's own account of each attempt belongs to those who look for it.
  if (level === "info" && /^(Starting|Replaying) invocation|^Invocation (completed|suspended)/.test(line)) {
    return "debug";
  }
  // The caller has got an answer that names the fault of the request: nothing is wrong here.
  const refused = details.some((detail) => detail instanceof TerminalError && detail.code < 500);
  return refused ? "info" : level;
}
