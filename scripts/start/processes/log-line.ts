// A service's log line as the terminal shows it: only what somebody should see now. All lines are in its log file.

import { z } from "zod";

export interface ShownLine {
  readonly level: "notice" | "warn" | "error";
  readonly text: string;
}

const MAX_LENGTH = 300;

// True of every local run, which listens at 127.0.0.1 alone, or of every claim, which the gateway looks for before the
// coordinator has begun with it.
const EXPECTED = [
  /^Accepting requests without validating request signatures/,
  /^GATEWAY_TOKEN is not set/,
  /There is no such claim\.$/,
];

const jsonLine = z.object({
  level: z.string(),
  msg: z.string().default(""),
  reviewId: z.string().optional(),
  /** The command that answers a review. */
  answerWith: z.string().optional(),
});

/** What to show of a line, or undefined when it stays in the file. */
export function shownLine(line: string): ShownLine | undefined {
  const parsed = parse(line);
  if (parsed === undefined) return undefined;
  const { level, msg, reviewId, answerWith } = parsed;
  if (answerWith !== undefined) {
    return { level: "notice", text: `${msg}${reviewId ? ` (${reviewId})` : ""}:\n${answerWith}` };
  }
  if (EXPECTED.some((pattern) => pattern.test(msg))) return undefined;
  if (level === "warn") return { level, text: short(msg) };
  if (level === "error" || level === "fatal") return { level: "error", text: short(msg) };
  return undefined;
}

/** Why a process did not start, from the last lines it wrote: its own word on it, or the error that ended it. */
export function reasonToEnd(lines: readonly string[]): string | undefined {
  const complaint = lines
    .map(shownLine)
    .filter((shown) => shown?.level === "error")
    .at(-1);
  if (complaint) return complaint.text;
  const thrown = lines.find((line) => /^\s*(\w*Error\b|ERROR\b)/.test(line));
  if (thrown) return short(thrown.trim());
  const plain = lines.filter((line) => parse(line) === undefined && line.trim() !== "").map((l) => l.trim());
  return plain.length > 0 ? short(plain.slice(-5).join(" ")) : undefined;
}

function parse(line: string): z.output<typeof jsonLine> | undefined {
  if (!line.startsWith("{")) return undefined;
  try {
    return jsonLine.safeParse(JSON.parse(line)).data;
  } catch {
    return undefined;
  }
}

function short(text: string): string {
  const [first = "", second = ""] = text.trim().split(/\s*\n\s*/);
  // The Restate SDK's own first line says nothing yet; all further ones are a stack or advice.
  const line = first === "Error when processing a Restate context operation." ? `${first} ${second}` : first;
  return line.length > MAX_LENGTH ? `${line.slice(0, MAX_LENGTH - 1)}…` : line;
}
