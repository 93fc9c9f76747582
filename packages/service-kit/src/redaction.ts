// Redacts what no log line may hold, whoever logs it: fields of claims and conversations, and secrets.

import type { LoggerOptions } from "pino";

const PERSONAL = [
  "claim",
  "claimant",
  "policyNumber",
  "reason",
  "reasons",
  "placeOfService",
  "amount",
  "note",
  "reviewer",
  "message",
  "prompt",
  "instructions",
  "input",
  "output",
  "content",
  "arguments",
  "result",
  "body",
];
const SECRET = [
  "authorization",
  "cookie",
  "token",
  "password",
  "secret",
  "apiKey",
  "OPENAI_API_KEY",
  "LANGFUSE_SECRET_KEY",
  "GATEWAY_TOKEN",
];

// At the top of a line, and up to two levels below it: `err.cause.message`, `req.headers.authorization`.
const paths = [...PERSONAL, ...SECRET].flatMap((name) => [name, `*.${name}`, `*.*.${name}`]);

/** For pino. */
export const redact: LoggerOptions["redact"] = { paths, censor: "[redacted]" };

/** An error as a log shows it: its class, its code and where it came from. Its message may quote what it is about. */
export function errorFields(error: unknown): Readonly<Record<string, string | number>> {
  if (!(error instanceof Error)) return { type: typeof error };
  const { name, stack = "" } = error;
  const code = "code" in error && (typeof error.code === "string" || typeof error.code === "number");
  return {
    type: name,
    ...(code && { code: error.code as string | number }),
    stack: stack
      .split("\n")
      .filter((line) => /^\s+at /.test(line))
      .join("\n"),
  };
}
