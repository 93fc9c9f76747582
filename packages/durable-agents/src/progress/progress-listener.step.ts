// Hands the progress of a run to a listener in its own process.

import type { ProgressChannel, ProgressPublisher } from "./progress-channel.step.ts";
import type { ProgressFrame } from "./progress-events.ts";
import { record } from "./progress-ledger.ts";

/**
 * Is given the frames of a run, in order, some at a time: once right away when text begins, then every 50 ms at most,
 * never before it has returned from the last ones. What it throws ends nothing.
 *
 * It knows of this process alone. After a crash the run goes on in another one, which tells it from the beginning,
 * `run_started` first; readers that must go on where they were need {@link publishTo}.
 */
export type ProgressListener = (frames: readonly ProgressFrame[]) => void | Promise<void>;

/** Publishes what comes by a run's channel to a listener. */
export function publishToListener(listener: ProgressListener, channel: ProgressChannel): ProgressPublisher {
  return {
    intervalMs: 50,
    publish: async (batch) => {
      const { ledger, frames } = record(channel.ledger, batch);
      channel.ledger = ledger;
      try {
        if (frames.length > 0) await listener(frames);
      } catch {
        // Not what was thrown: it may quote the frames.
        channel.warn("The listener of a run's progress threw. Frames are lost, and the run goes on.");
      }
    },
  };
}
