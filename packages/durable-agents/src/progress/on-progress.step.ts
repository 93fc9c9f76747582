// Delivers the progress of a run to a listener or a publisher.

import type { Delivery } from "./progress-channel.step.ts";
import type { ProgressFrame, WireProgressBatch } from "./progress-events.ts";
import { record } from "./progress-ledger.ts";

/**
 * Is given the frames of a run, in order, some at a time: once right away when text begins, then every 50 ms at most,
 * never before it has returned from the last ones. What it throws ends nothing.
 *
 * It knows of this process alone. After a crash the run goes on in another one, which tells it from the beginning,
 * `run_started` first; readers that must go on where they were need {@link publishTo}.
 */
export type ProgressListener = (frames: readonly ProgressFrame[]) => void | Promise<void>;

/** Sends the progress of runs to readers elsewhere. Made by {@link publishTo}. */
export interface ProgressPublisher {
  /** The shortest time between two calls for one run, in milliseconds. */
  readonly intervalMs: number;
  /**
   * Publishes a batch, possibly for the second time. Rejects when it is to be tried again.
   *
   * @param invocationId of the run
   */
  publish(batch: WireProgressBatch, invocationId: string): Promise<void>;
}

const LISTENER_INTERVAL_MS = 50;

/** The events of one run, on their way to whom the run's runner names. */
export interface ProgressSource {
  readonly run: string;
  readonly invocationId: string;
  readonly warn: (message: string) => void;
}

/** The delivery to a listener, or to a publisher. */
export function deliveryTo(target: ProgressListener | ProgressPublisher, source: ProgressSource): Delivery {
  return typeof target === "function" ? toListener(target, source) : toPublisher(target, source);
}

function toPublisher(publisher: ProgressPublisher, { run, invocationId, warn }: ProgressSource): Delivery {
  return {
    intervalMs: publisher.intervalMs,
    warn,
    deliver: (events) => publisher.publish({ v: 1, run, sentAt: Date.now(), events }, invocationId),
  };
}

function toListener(listener: ProgressListener, { run, warn }: ProgressSource): Delivery {
  return {
    intervalMs: LISTENER_INTERVAL_MS,
    warn,
    deliver: async (events, channel) => {
      const recorded = record(channel.ledger, { v: 1, run, sentAt: Date.now(), events });
      channel.ledger = recorded.ledger;
      try {
        if (recorded.frames.length > 0) await listener(recorded.frames);
      } catch {
        // Not what was thrown: it may quote the frames.
        channel.warn("The listener of a run's progress threw. Frames are lost, and the run goes on.");
      }
    },
  };
}
