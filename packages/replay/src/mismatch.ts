// Says in plain words where a replay has left its journal, from the SDK's error. Values are never repeated: they may be
// personal data.

import { type Frame, fieldsOf } from "./frames.ts";
import { frameOf, type Journal, type JournalEntry } from "./journal.ts";
import { nameOfType } from "./message-types.ts";

export interface Mismatch {
  /** Of the journal's commands, the input being 0. */
  readonly index: number;
  /** What the journal has there, such as `step "request review"`. */
  readonly recorded: string;
  /** In plain words: "this build …". */
  readonly cause: string;
}

// The fields of Error.
const CODE = 1;
const MESSAGE = 2;
const COMMAND_INDEX = 4;
const COMMAND_NAME = 5;
const COMMAND_TYPE = 6;

const JOURNAL_MISMATCH = 570n;

const WORDS: Readonly<Record<string, string>> = {
  Run: "step",
  Call: "call",
  OneWayCall: "one-way call",
  Sleep: "timer",
  SetState: "setting of the state",
  ClearState: "clearing of the state",
  ClearAllState: "clearing of all state",
  GetLazyState: "reading of the state",
  GetEagerState: "reading of the state",
  GetLazyStateKeys: "reading of the state's keys",
  GetEagerStateKeys: "reading of the state's keys",
  GetPromise: "promise",
  PeekPromise: "look at the promise",
  CompletePromise: "completion of the promise",
  SendSignal: "signal",
  AttachInvocation: "attachment to an invocation",
  GetInvocationOutput: "reading of an invocation's output",
  CompleteAwakeable: "completion of an awakeable",
  Output: "handler's end",
};

/** The mismatch that the SDK's Error message is about; only its cause where the SDK names no command. */
export function mismatchOf(error: Frame, journal: Journal): Mismatch | string {
  const fields = new Map(fieldsOf(error));
  const text = (field: number) => String(fields.get(field) ?? "");
  const message = text(MESSAGE);
  if (fields.get(CODE) !== JOURNAL_MISMATCH) {
    return `fails: ${message.split("\n")[0]}`;
  }
  const index = fields.get(COMMAND_INDEX);
  const type = fields.get(COMMAND_TYPE);
  if (typeof index !== "bigint" || typeof type !== "bigint") {
    return "waits for something else than what the journal goes on with";
  }
  const command = commandsOf(journal)[Number(index)];
  const does = wordsFor(nameOfType(Number(type)), text(COMMAND_NAME));
  const recorded = command ? describe(command) : "its end";
  const differences = [...message.matchAll(/^\s+(\w+): .* != /gm)].map(([, field]) => field);
  const cause =
    differences.length > 0 && does === recorded
      ? `gives another ${differences.join(" and another ")}`
      : `has the ${does} there`;
  return { index: Number(index), recorded, cause };
}

/** A mismatch at the last command of a journal. */
export function mismatchAtEnd(journal: Journal, cause: string): Mismatch {
  const commands = commandsOf(journal);
  const last = commands.at(-1);
  return { index: commands.length - 1, recorded: last ? describe(last) : "its input", cause };
}

function commandsOf({ entries }: Journal): JournalEntry[] {
  return entries.filter(({ type }) => type.startsWith("Command: "));
}

function describe(entry: JournalEntry): string {
  return wordsFor(nameOfType(frameOf(entry).type), entry.name ?? "");
}

function wordsFor(type: string, name: string): string {
  const words = WORDS[type] ?? type;
  return name === "" ? words : `${words} "${name}"`;
}
