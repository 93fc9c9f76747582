// Reads the progress of runs as a user's page does, and watches that nothing is ever shown twice.

import { expect } from "vitest";
import {
  EMPTY_PROGRESS_VIEW,
  foldProgress,
  type ProgressFrame,
  type ProgressView,
  type ReadProgressOptions,
  readProgress,
} from "../src/progress/index.ts";

/** What a reader holds after the frames so far. */
export class Reading {
  readonly frames: ProgressFrame[] = [];
  /** Texts by step, of nested agents too. */
  readonly texts = new Map<number, string>();
  view: ProgressView = EMPTY_PROGRESS_VIEW;

  /** @param said what the model may say; what is shown must always be the beginning of it */
  readonly #said: (frame: ProgressFrame) => string;

  constructor(said: (frame: ProgressFrame) => string) {
    this.#said = said;
  }

  add(frame: ProgressFrame): void {
    expect(frame.id).toBeGreaterThan(this.view.lastId);
    this.frames.push(frame);
    this.view = foldProgress(this.view, frame);
    if (frame.type === "model_started" || frame.type === "reset") this.texts.set(frame.step, "");
    if (frame.type === "model_ended") this.texts.set(frame.step, frame.text);
    if (frame.type === "text_delta") {
      const text = (this.texts.get(frame.step) ?? "") + frame.delta;
      this.texts.set(frame.step, text);
      expect(this.#said(frame).slice(0, text.length)).toBe(text);
    }
  }

  /** Reads on after the last frame, until one is what is looked for. */
  async until(
    source: Pick<ReadProgressOptions, "ingressUrl" | "topic" | "name">,
    found: (frame: ProgressFrame) => boolean,
  ): Promise<ProgressFrame> {
    for await (const frame of readProgress({ ...source, after: this.view.lastId })) {
      this.add(frame);
      if (found(frame)) return frame;
    }
    throw new Error("The topic came to an end.");
  }

  of<T extends ProgressFrame["type"]>(type: T): Extract<ProgressFrame, { type: T }>[] {
    return this.frames.filter((frame): frame is Extract<ProgressFrame, { type: T }> => frame.type === type);
  }
}

export const isEnd = ({ type }: ProgressFrame): boolean => type === "run_ended";
export const isText = ({ type }: ProgressFrame): boolean => type === "text_delta";
