import { testSeed } from "@holdfast/testing";
import fc from "fast-check";
import { expect, it } from "vitest";
import type { ProgressFrame, WireProgressTopic } from "../progress-events.ts";
import { emptyLedger } from "../progress-ledger.ts";
import { append, PART, partsAfter } from "./frame-log.ts";

const BASE = 1_700_000_000_000;

const frame = (id: number): ProgressFrame => ({
  v: 1,
  id,
  run: "inv_a/1",
  seq: id - BASE,
  type: "run_started",
  agent: "Agent",
});

it("keeps the newest frames, and finds those after an id", () => {
  fc.assert(
    fc.property(
      fc.array(fc.nat({ max: 3 * PART }), { minLength: 1, maxLength: 20 }),
      fc.integer({ min: 2 * PART, max: 5 * PART }),
      (batches, keep) => {
        let topic: WireProgressTopic = {
          v: 1,
          base: BASE,
          ledger: emptyLedger(BASE),
          firstPart: 0,
          parts: 0,
          newest: [],
          waiting: [],
        };
        const stored = new Map<number, readonly ProgressFrame[]>();
        let last = BASE;
        for (const count of batches) {
          const appended = append(
            topic,
            Array.from({ length: count }, (_, i) => frame(last + 1 + i)),
            keep,
          );
          last += count;
          topic = appended.topic;
          for (const { part, frames } of appended.full) stored.set(part, frames);
          for (let part = appended.gone.from; part < appended.gone.to; part++) {
            expect(stored.delete(part)).toBe(true);
          }
        }
        const kept = [...[...stored.values()].flat(), ...topic.newest].map(({ id }) => id);
        const total = last - BASE;
        expect(kept.length).toBeLessThanOrEqual(keep);
        expect(kept.length).toBeGreaterThanOrEqual(Math.min(total, keep - PART + 1));
        expect(kept).toEqual(Array.from({ length: kept.length }, (_, i) => last - kept.length + 1 + i));

        for (const after of [0, BASE, BASE + 1, last - 40, last - PART, last - 1, last, last + 5]) {
          const { from, to } = partsAfter(topic, after);
          const read = Array.from({ length: to - from }, (_, i) => stored.get(from + i) ?? []).flat();
          const found = [...read, ...topic.newest].map(({ id }) => id).filter((id) => id > after);
          expect(found).toEqual(kept.filter((id) => id > after));
        }
      },
    ),
    { seed: testSeed(), numRuns: 300 },
  );
});
