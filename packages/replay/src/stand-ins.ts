// Puts stand-ins of the same shape in place of what people and models wrote in journals, so that they can leave the system
// that they are from and still replay in the same way.

import { createHmac, randomBytes } from "node:crypto";
import { mapContents } from "./contents.ts";
import { frameOf, type Journal } from "./journal.ts";
import { type Frame, fieldsOf } from "./protocol/frames.ts";
import { RUN_COMMAND, RUN_NOTIFICATION } from "./protocol/message-types.ts";

export interface StandInOptions {
  /** Words that handlers compare texts with, such as the values of enumerations: they stay. */
  readonly vocabulary: ReadonlySet<string>;
  /** The names of steps whose results are settings, no texts of anybody's: they stay. */
  readonly settings?: ReadonlySet<string>;
  /** What handlers derive from a text otherwise than by taking it, or a part of it, into another: hashes. */
  readonly derived?: (text: string) => readonly string[];
}

// Fields that hold names of the program's parts, not texts; what has a blank in it is a text all the same.
const NAMES = new Set([
  ...[
    "agent",
    "awakeableId",
    "booking_id",
    "callId",
    "call_id",
    "category",
    "claimId",
    "currency",
    "decision",
  ],
  ...["id", "insteadOf", "invocation", "kind", "name", "outcome", "responseId", "risk", "role", "schedule"],
  ...["status", "tool", "toolName", "type"],
]);
const NAME = /^[\w.:/-]{1,100}$/;

const HARMLESS = [
  /^\d{4}-\d{2}-\d{2}(T[\d:.]+Z)?$/, // a date, a time
  /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/, // a UUID
  /^(inv|sign|prom)_1\w+$/, // an id of Restate's, which awakeables are too
  /^[\d*/,-]+( [\d*/,-]+){4}$/, // a cron expression
];

// Shorter texts are found in others only where they are all of it: they may be parts of any word.
const SHORTEST_PART = 6;
// A text that was cut off somewhere is known by this much of it.
const SHORTEST_START = 100;

// The fields of a step's command, and of its result.
const RESULT_ID = 11;
const STEP_NAME = 12;
const COMPLETION_ID = 1;

/** Replaces texts in journals, the same text by the same stand-in in all of them. Who knows the result alone cannot tell it back. */
export class StandIns {
  readonly #secret = randomBytes(32);
  readonly #options: StandInOptions;

  constructor(options: StandInOptions) {
    this.#options = options;
  }

  replace(journal: Journal): Journal {
    const words = new Set(journal.entries.flatMap(({ name }) => (name ? [name, ...name.split(" ")] : [])));
    const texts = new JournalTexts((text) => this.#standIn(text), this.#options, words);
    // What came in is known before what was made of it.
    const frames = journal.entries.map(frameOf);
    const settings = resultsOf(frames, this.#options.settings ?? new Set());
    for (const direction of ["in", "out"] as const) {
      for (const [i, frame] of frames.entries()) {
        if (settings.has(frame)) continue;
        frames[i] = mapContents(frame, {
          body: (bytes, of) => (of === direction ? texts.body(bytes, of) : bytes),
          text: (text, of) => (of === direction ? texts.text(text, of) : text),
        });
      }
    }
    const entries = journal.entries.map((entry, i) => ({
      ...entry,
      raw: frames[i]?.payload.toString("base64") ?? "",
    }));
    return { ...journal, entries };
  }

  /** Letters for letters and digits for digits; all else stays, so that a text keeps its length and its words' lengths. */
  #standIn(text: string): string {
    let block = Buffer.alloc(0);
    let at = 0;
    const draw = (count: number) => {
      if (at % 32 === 0) block = createHmac("sha256", this.#secret).update(`${at}:${text}`).digest();
      return block.readUInt8(at++ % 32) % count;
    };
    return text.replaceAll(/\p{L}|\p{N}/gu, (char) => {
      if (char.length > 1) return char;
      if (/\p{N}/u.test(char)) return String(draw(10));
      return String.fromCharCode((char === char.toLowerCase() ? 97 : 65) + draw(26));
    });
  }
}

/** The results of the steps with one of these names. */
function resultsOf(frames: readonly Frame[], names: ReadonlySet<string>): ReadonlySet<Frame> {
  const ids = new Set<unknown>();
  const found = new Set<Frame>();
  for (const frame of frames) {
    const fields = new Map(fieldsOf(frame));
    if (frame.type === RUN_COMMAND && names.has(String(fields.get(STEP_NAME))))
      ids.add(fields.get(RESULT_ID));
    if (frame.type === RUN_NOTIFICATION && ids.has(fields.get(COMPLETION_ID))) found.add(frame);
  }
  return found;
}

/** The texts of one journal, and what stands in for them. */
class JournalTexts {
  readonly #known = new Map<string, string>();
  readonly #standIn: (text: string) => string;
  readonly #options: StandInOptions;
  readonly #words: ReadonlySet<string>;

  constructor(standIn: (text: string) => string, options: StandInOptions, words: ReadonlySet<string>) {
    this.#standIn = standIn;
    this.#options = options;
    this.#words = words;
  }

  body(bytes: Buffer, direction: "in" | "out"): Buffer {
    const text = bytes.toString();
    const value = parsed(text);
    if (value === undefined) return Buffer.from(this.text(text, direction));
    return Buffer.from(JSON.stringify(this.#value(value, "", direction)));
  }

  text(text: string, direction: "in" | "out"): string {
    return direction === "in" ? this.#incoming(text) : this.#outgoing(text);
  }

  #value(value: unknown, field: string, direction: "in" | "out"): unknown {
    if (typeof value === "string") {
      if (NAMES.has(field) && NAME.test(value)) return value;
      const inner = parsed(value);
      if (typeof inner === "object" && inner !== null)
        return JSON.stringify(this.#value(inner, "", direction));
      return this.text(value, direction);
    }
    if (Array.isArray(value)) return value.map((item) => this.#value(item, field, direction));
    if (typeof value !== "object" || value === null) return value;
    return Object.fromEntries(
      Object.entries(value).map(([name, item]) => [name, this.#value(item, name, direction)]),
    );
  }

  #incoming(text: string): string {
    const core = text.trim();
    if (core === "" || this.#stays(core)) return text;
    const known = this.#known.get(core) ?? this.#learn(core);
    return text.replace(core, () => known);
  }

  #learn(text: string): string {
    const standIn = this.#standIn(text);
    this.#known.set(text, standIn);
    const derived = this.#options.derived ?? (() => []);
    const others = derived(standIn);
    for (const [i, from] of derived(text).entries()) this.#known.set(from, others[i] ?? standIn);
    return standIn;
  }

  /** What a handler made: words of its own, and texts that came in. */
  #outgoing(text: string): string {
    const whole = this.#known.get(text);
    if (whole !== undefined) return whole;
    let replaced = text;
    // Of two texts, one a part of the other, the longer one is it.
    for (const [known, standIn] of [...this.#known].sort(([a], [b]) => b.length - a.length)) {
      if (text.length >= SHORTEST_START && known.startsWith(text)) return standIn.slice(0, text.length);
      if (known.length >= SHORTEST_PART) replaced = replaced.replaceAll(known, () => standIn);
    }
    return replaced;
  }

  #stays(text: string): boolean {
    return (
      this.#options.vocabulary.has(text) ||
      this.#words.has(text) ||
      HARMLESS.some((pattern) => pattern.test(text))
    );
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
