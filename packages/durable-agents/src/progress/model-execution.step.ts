// What one execution of a model step tells of itself. It runs inside of the step: no replay repeats it.

import { randomUUID } from "node:crypto";
import type { ModelListener } from "../agents/models/stream-model.step.ts";
import type { ProgressChannel } from "./progress-channel.ts";

/** @param signal aborted when the step's attempt is over, and somebody else may have taken over */
export function executionOf(channel: ProgressChannel, step: number, signal: AbortSignal): ModelListener {
  const execution = randomUUID();
  let next = 0;
  return {
    text: (delta) => {
      if (signal.aborted || delta === "") return;
      if (channel.text(step, execution, next, delta)) next++;
    },
    failed: () => {
      if (!signal.aborted) channel.failed(step, execution, next++);
    },
  };
}
