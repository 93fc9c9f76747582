// A topic's frames, as they lie in its state: the newest in the topic's own entry, which each publish writes anyway, and
// older ones in parts of a fixed length. A reader that keeps up finds all it needs in that one entry.

import type { ProgressFrame, WireProgressTopic } from "../progress-events.ts";

/** How many frames a part holds. */
export const PART = 32;

/**
 * Appends frames, and removes the oldest parts while there are more than `keep` frames.
 *
 * @returns what a publish changes: the topic; the parts that are full now, to be written; and those in `[gone.from, gone.to)`, to
 *   be removed
 * @param frames with the ids that follow the topic's last one
 * @param keep more than a part holds
 */
export function append(topic: WireProgressTopic, frames: readonly ProgressFrame[], keep: number) {
  const newest = [...topic.newest, ...frames];
  const full: { readonly part: number; readonly frames: readonly ProgressFrame[] }[] = [];
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
