// Writes to the terminal: lines that stay, and below them one line that shows what is under way.

import { styleText } from "node:util";

/** Colours a text; leaves it as it is where there are no colours. */
export type Paint = (format: Parameters<typeof styleText>[0], text: string) => string;

const FRAMES = ["⠋", "⠙", "⠹", "⠸", "⠼", "⠴", "⠦", "⠧", "⠇", "⠏"];
const FRAME_MS = 80;
const CLEAR_LINE = "\r\u001b[K";

export class Terminal {
  readonly #stream: NodeJS.WriteStream;
  #status: (() => string) | undefined;
  #timer: NodeJS.Timeout | undefined;
  #frame = 0;

  constructor(stream: NodeJS.WriteStream = process.stdout) {
    this.#stream = stream;
  }

  /** Follows NO_COLOR, FORCE_COLOR and whether this is a terminal. */
  readonly paint: Paint = (format, text) => styleText(format, text, { stream: this.#stream });

  line(text = ""): void {
    this.#stream.write(`${this.#timer ? CLEAR_LINE : ""}${text}\n`);
    this.#draw();
  }

  lines(texts: readonly string[]): void {
    for (const text of texts) this.line(text);
  }

  /** Shows what is under way until it is given nothing; only in a terminal. */
  status(text: (() => string) | undefined): void {
    if (!this.#stream.isTTY || process.env.TERM === "dumb") return;
    clearInterval(this.#timer);
    this.#status = text;
    if (text) {
      this.#timer = setInterval(() => {
        this.#frame++;
        this.#draw();
      }, FRAME_MS).unref();
      this.#draw();
    } else if (this.#timer) {
      this.#timer = undefined;
      this.#stream.write(CLEAR_LINE);
    }
  }

  #draw(): void {
    if (!this.#status) return;
    // A line that wraps could not be taken back.
    const room = (this.#stream.columns || 80) - 5;
    const text = this.#status();
    const cut = text.length > room ? `${text.slice(0, room - 1)}…` : text;
    const frame = FRAMES[this.#frame % FRAMES.length] ?? "";
    this.#stream.write(`${CLEAR_LINE}  ${this.paint("cyan", frame)} ${this.paint("dim", cut)}`);
  }
}
