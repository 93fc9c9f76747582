// Says in plain words where a replay has left its journal, from the SDK's error. Values are never repeated: they may be
// personal data.

import { frameOf, type Journal, type JournalEntry } from "./journal.ts";
import { type Frame, fieldsOf } from "./protocol/frames.ts";
import { nameOfType } from "./protocol/message-types.ts";

export interface Mismatch {
  /** Of the journal's commands, the input being 0. */
  readonly index: number;
  /** What the journal has there, such as `a step "request review"`. */
  readonly recorded: string;
  /** In plain words: "this build …". */
  readonly cause: string;
}

// The fields of Error.
const CODE = 1;
const MESSAGE = 2;
const STACK = 3;
const COMMAND_INDEX = 4;
const COMMAND_NAME = 5;
const COMMAND_TYPE = 6;

const JOURNAL_MISMATCH = 570n;

/** The SDK's names of what a command holds. */
const FIELDS: Readonly<Record<string, string>> = {
  service_name: "service",
  handler_name: "handler",
  parameter: "input",
};

const WORDS: Readonly<Record<string, string>> = {
  Input: "its input",
  Run: "a step",
  Call: "a call",
  OneWayCall: "a one-way call",
  Sleep: "a timer",
  SetState: "a write to the state",
  ClearState: "a removal from the state",
  ClearAllState: "a removal of all state",
  GetLazyState: "a read of the state",
  GetEagerState: "a read of the state",
  GetLazyStateKeys: "a read of the state's keys",
  GetEagerStateKeys: "a read of the state's keys",
  GetPromise: "a wait for a promise",
  PeekPromise: "a look at a promise",
  CompletePromise: "the completion of a promise",
  SendSignal: "a signal",
  AttachInvocation: "a wait for an invocation",
  GetInvocationOutput: "a read of an invocation's output",
  CompleteAwakeable: "the completion of an awakeable",
  Output: "the handler's end",
};

/** The mismatch that the SDK's Error message is about; only its cause where the SDK names no command. */
export function mismatchOf(error: Frame, journal: Journal): Mismatch | string {
  const fields = new Map(fieldsOf(error));
  const text = (field: number) => String(fields.get(field) ?? "");
  const message = text(MESSAGE);
  if (fields.get(CODE) !== JOURNAL_MISMATCH) {
    return `fails with ${failureOf(text(STACK))}`;
  }
  const index = fields.get(COMMAND_INDEX);
  const type = fields.get(COMMAND_TYPE);
  if (typeof index !== "bigint" || typeof type !== "bigint") {
    return "waits for something else than what the journal goes on with";
  }
  const command = commandsOf(journal)[Number(index)];
  const recorded = command ? describe(command) : "its end";
  const does = nameOfType(Number(type));
  if (command === undefined || nameOfType(frameOf(command).type) !== does) {
    return { index: Number(index), recorded, cause: `has ${wordsFor(does, text(COMMAND_NAME))} there` };
  }
  const differences = [...message.matchAll(/^\s+(\w+): .* != /gm)].map(([, field = ""]) => field);
  if (differences.includes("name")) {
    return { index: Number(index), recorded, cause: `has ${wordsFor(does, text(COMMAND_NAME))} there` };
  }
  const another = differences.map((field) => `another ${FIELDS[field] ?? field}`);
  const cause = another.length > 0 ? `has it with ${another.join(" and ")}` : "waits for something before it";
  return { index: Number(index), recorded, cause };
}

/** A mismatch at the last command of a journal. */
export function mismatchAtEnd(journal: Journal, cause: string): Mismatch {
  const commands = commandsOf(journal);
  const last = commands.at(-1);
  return { index: commands.length - 1, recorded: last ? describe(last) : "its input", cause };
}

/** An error's class and where it was thrown: its message may repeat a value. */
function failureOf(stack: string): string {
  const [name = "Error"] = /^\w+/.exec(stack) ?? [];
  const [, file] = /([\w.-]+\.m?[jt]s)(?:\?[^:]*)?:\d+/.exec(stack) ?? [];
  return file === undefined ? name : `${name} in ${file}`;
}

function commandsOf({ entries }: Journal): JournalEntry[] {
  return entries.filter(({ type }) => type.startsWith("Command: "));
}

function describe(entry: JournalEntry): string {
  const frame = frameOf(entry);
  const type = nameOfType(frame.type);
  const fields = new Map(fieldsOf(frame));
  const text = (field: number) => String(fields.get(field) ?? "");
  if (type === "Call" || type === "OneWayCall") return `${wordsFor(type, "")} of ${text(1)}/${text(2)}`;
  // Of what has a key, it is the first field.
  return wordsFor(type, /State$|Promise$/.test(type) ? text(1) : (entry.name ?? ""));
}

function wordsFor(type: string, name: string): string {
  const words = WORDS[type] ?? type;
  return name === "" ? words : `${words} "${name}"`;
}
