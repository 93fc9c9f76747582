// The lines that answer reviews, in the order in which the approval service printed them.

export class AnswerLines {
  readonly #lines: string[] = [];
  readonly #waiting: (() => void)[] = [];

  /** Give it to the system that prints them. */
  readonly onLine = (_agent: string, line: string): void => {
    const found = /"answerWith":"(curl [^"]+)"/.exec(line)?.[1];
    if (!found) return;
    this.#lines.push(found);
    for (const wake of this.#waiting.splice(0)) wake();
  };

  get count(): number {
    return this.#lines.length;
  }

  /** The awakeable that the last line answers. */
  get lastApproval(): string {
    return /sign_[\w-]+/.exec(this.#lines.at(-1) ?? "")?.[0] ?? "";
  }

  /** The line after the first `known`, as soon as it is printed. */
  async after(known: number): Promise<string> {
    for (;;) {
      const line = this.#lines[known];
      if (line !== undefined) return line;
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
  }
}
