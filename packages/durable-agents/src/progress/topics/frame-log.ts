// A topic's frames, as they lie in its state: the newest in the topic's own entry, which each publish writes anyway, and
// older ones in parts of a fixed length. A reader that keeps up finds all it needs in that one entry.

import type { ProgressFrame, WireProgressTopic } from "./progress-events.ts";

/** How many frames a part holds. */
export const PART = 32;

/** A full part of the log, to be written: number `part` of the topic. */
export interface FullPart {
  readonly part: number;
  readonly frames: readonly ProgressFrame[];
}

/** What a publish changes. Parts in `[gone.from, gone.to)` are removed. */
export interface Appended {
  readonly topic: WireProgressTopic;
  readonly full: readonly FullPart[];
  readonly gone: { readonly from: number; readonly to: number };
}

/**
 * Appends frames, and removes the oldest parts while there are more than `keep` frames.
 *
 * @param frames with the ids that follow the topic's last one
 * @param keep more than a part holds
 */
export function append(topic: WireProgressTopic, frames: readonly ProgressFrame[], keep: number): Appended {
  const newest = [...topic.newest, ...frames];
  const full: FullPart[] = [];
  let { parts } = topic;
  while (newest.length >= PART) full.push({ part: parts++, frames: newest.splice(0, PART) });
  let { firstPart } = topic;
  while ((parts - firstPart) * PART + newest.length > keep) firstPart++;
  return {
    topic: { ...topic, parts, firstPart, newest },
    full: full.filter(({ part }) => part >= firstPart),
    gone: { from: topic.firstPart, to: Math.min(firstPart, topic.parts) },
  };
}

/** Which parts hold the frames after an id. */
export function partsAfter(topic: WireProgressTopic, after: number): { from: number; to: number } {
  const from = Math.max(topic.firstPart, Math.floor((after - topic.base) / PART));
  return { from: Math.min(from, topic.parts), to: topic.parts };
}
