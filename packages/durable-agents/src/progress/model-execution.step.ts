// Reports one execution of a model step. It runs inside of the step: no replay repeats it.

import { randomUUID } from "node:crypto";
import type { ModelStepPart } from "../agents/plugin.ts";
import type { ProgressChannel } from "./progress-channel.step.ts";

/** The part of a model call's step that reports the reply's text while it comes. */
export function reporting(channel: ProgressChannel, step: number): ModelStepPart {
  return async (attempt, next) => {
    const execution = randomUUID();
    const { signal } = attempt;
    let n = 0;
    // An attempt that is over may have been taken over by somebody else.
    attempt.onText((delta) => {
      if (signal.aborted || delta === "") return;
      if (channel.text(step, execution, n, delta)) n++;
    });
    try {
      return await next();
    } catch (error) {
      if (!signal.aborted) channel.failed(step, execution, n++);
      throw error;
    }
  };
}
