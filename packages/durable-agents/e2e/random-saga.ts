// The expected end of a random graph that is undone: where it fails or is cancelled, which compensations fail, and what was
// seen of it.

import fc from "fast-check";

/** How a compensation behaves: `flaky` fails its first attempt, `gone` fails for good. */
export type UndoPlan = "works" | "flaky" | "gone" | "by operations";

export interface SagaPlan {
  /** The number of the step that ends the run, if it gets so far. */
  readonly at: number;
  /** What happens in that step. It ends before the cancellation is seen, or only afterwards. */
  readonly end: "fails" | "cancels and waits" | "cancels and goes on";
  /** The number of the compensation, in the order in which they are tried, that cancels once more. */
  readonly cancelsAgainAt: number | null;
  /** By the number of the step, over and over. */
  readonly undo: readonly UndoPlan[];
}

export function sagas(): fc.Arbitrary<SagaPlan> {
  return fc.record({
    at: fc.integer({ min: 0, max: 6 }),
    end: fc.constantFrom("fails", "cancels and waits", "cancels and goes on"),
    cancelsAgainAt: fc.option(fc.integer({ min: 0, max: 5 }), { freq: 1 }),
    undo: fc.array(fc.constantFrom<UndoPlan>("works", "works", "flaky", "gone", "by operations"), {
      minLength: 1,
      maxLength: 5,
    }),
  });
}

/** What a run did, in order. Steps are numbered in the order in which their compensations were added. */
export class SagaLog {
  readonly #begun: number[] = [];
  readonly #ended: number[] = [];
  readonly #tried: number[] = [];
  readonly #undone: number[] = [];
  readonly #added = new Set<number>();
  #atFirstUndo: { readonly begun: number; readonly ended: number; readonly attempts: number } | undefined;

  /** A compensation was added; said again by each replay. */
  added(step: number): void {
    this.#added.add(step);
  }

  begun(step: number): void {
    this.#begun.push(step);
  }

  ended(step: number): void {
    this.#ended.push(step);
  }

  /** @returns which try it is of those of the run, and of those of this step */
  tried(step: number, attempts: number): { ofRun: number; ofStep: number } {
    this.#atFirstUndo ??= { begun: this.#begun.length, ended: this.#ended.length, attempts };
    this.#tried.push(step);
    return { ofRun: this.#tried.length - 1, ofStep: this.#tried.filter((other) => other === step).length };
  }

  undone(step: number): void {
    this.#undone.push(step);
  }

  /** What was seen, next to what must be when the run was undone. */
  comparison(plan: SagaPlan, attempts: number): { readonly seen: object; readonly expected: object } {
    const lastFirst = [...this.#added].sort((left, right) => right - left);
    const undoOf = (step: number) => plan.undo[step % plan.undo.length];
    return {
      seen: {
        tried: this.#tried,
        undone: this.#undone,
        runningAtFirstUndo: (this.#atFirstUndo?.begun ?? 0) - (this.#atFirstUndo?.ended ?? 0),
        begunAfterFirstUndo: this.#begun.length - (this.#atFirstUndo?.begun ?? this.#begun.length),
        attempts,
      },
      expected: {
        tried: lastFirst.flatMap((step) => (undoOf(step) === "flaky" ? [step, step] : [step])),
        undone: lastFirst.filter((step) => undoOf(step) !== "gone"),
        runningAtFirstUndo: 0,
        begunAfterFirstUndo: 0,
        attempts: this.#atFirstUndo?.attempts ?? attempts,
      },
    };
  }

  get undoneCount(): number {
    return this.#undone.length;
  }
}
