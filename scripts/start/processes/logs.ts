// Writes each process's output to a file of its own, and what matters now to the terminal.

import { createWriteStream, mkdirSync, type WriteStream } from "node:fs";
import { join } from "node:path";
import { shown } from "../options.ts";
import { NAME_WIDTH } from "../show/name-width.ts";
import type { Terminal } from "../show/terminal.ts";
import { reasonToEnd, shownLine } from "./log-line.ts";

const REMEMBERED_LINES = 20;
const REPETITION_MS = 10_000;
const MARKS = {
  ok: ["green", "✔"],
  notice: ["cyan", "?"],
  warn: ["yellow", "!"],
  error: ["red", "✖"],
} as const;

export class Logs {
  readonly #dir: string;
  readonly #terminal: Terminal;
  readonly #files = new Map<string, WriteStream>();
  readonly #last = new Map<string, string[]>();
  readonly #shown = new Map<string, { readonly text: string; readonly at: number }>();
  #quiet = false;

  constructor(stateDir: string, terminal: Terminal) {
    this.#dir = join(stateDir, "logs");
    this.#terminal = terminal;
    mkdirSync(this.#dir, { recursive: true });
  }

  /** Takes a process's lines; its file starts anew. */
  sink(name: string): (line: string) => void {
    const file = createWriteStream(join(this.#dir, `${name}.log`));
    // A full disk must not end what runs.
    file.on("error", (error) => this.say(name, "warn", `its log cannot be written: ${error.message}`));
    this.#files.set(name, file);
    const last: string[] = [];
    this.#last.set(name, last);
    return (line) => {
      file.write(`${line}\n`);
      last.push(line);
      if (last.length > REMEMBERED_LINES) last.shift();
      const now = shownLine(line);
      if (now && !this.#quiet && !this.#isRepetition(name, now.text)) this.say(name, now.level, now.text);
    };
  }

  say(name: string, level: keyof typeof MARKS, text: string): void {
    const { paint } = this.#terminal;
    const [colour, mark] = MARKS[level];
    const [first = "", ...more] = text.split("\n");
    this.#terminal.line(`  ${paint(colour, mark)} ${paint("bold", name.padEnd(NAME_WIDTH))} ${first}`);
    for (const line of more) this.#terminal.line(`      ${line}`);
  }

  /** Shows no more lines: those who end complain about those who have ended before them. */
  quiet(): void {
    this.#quiet = true;
  }

  /** What is tried again and fails again says so each time. */
  #isRepetition(name: string, text: string): boolean {
    const last = this.#shown.get(name);
    const at = performance.now();
    this.#shown.set(name, { text, at });
    return last?.text === text && at - last.at < REPETITION_MS;
  }

  /** Why a process ended, by its last lines. */
  reason(name: string): string | undefined {
    return reasonToEnd(this.#last.get(name) ?? []);
  }

  /** The file's path, as people here would write it. */
  path(name: string): string {
    return shown(join(this.#dir, `${name}.log`));
  }

  close(): void {
    for (const file of this.#files.values()) file.end();
  }
}
