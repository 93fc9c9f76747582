// Topics: what readers find in them, and that nothing in them grows or stays for ever.

import { describeModes, IngressError, stateSize } from "@holdfast/testing";
import { beforeEach, expect, it } from "vitest";
import { z } from "zod";
import { type ProgressFrame, progressTopics, publishTo, readProgress } from "../src/progress/index.ts";

const KEEP_FRAMES = 64;

const topics = () => [
  progressTopics(),
  progressTopics({ name: "ShortTopics", keepFrames: KEEP_FRAMES }),
  progressTopics({ name: "BriefTopics", keepFor: 200 }),
];

const agent = "Agent";
let number = 0;

describeModes(
  "topics",
  (bed) => {
    let topic: string;
    beforeEach(() => {
      topic = `topic ${number++}/ä`;
    });
    const at = (name?: string) => ({ ingressUrl: bed().server.ingressUrl, topic, ...(name && { name }) });

    /** Publishes tool calls, numbers `from` to `to` of a run. */
    function publish(from: number, to: number, options: { name?: string; run?: string } = {}): Promise<void> {
      const events = Array.from({ length: to - from }, (_, i) => {
        const n = from + i;
        return { n, type: "tool_started" as const, agent, tool: "look", callId: `c${n}` };
      });
      const batch = { v: 1 as const, run: options.run ?? "inv_a/1", sentAt: Date.now(), events };
      return publishTo(at(options.name)).publish(batch, "unused");
    }

    async function read(
      count: number,
      options: { name?: string; after?: number } = {},
    ): Promise<ProgressFrame[]> {
      const frames: ProgressFrame[] = [];
      const after = options.after === undefined ? {} : { after: options.after };
      for await (const frame of readProgress({ ...at(options.name), ...after })) {
        frames.push(frame);
        if (frames.length === count) break;
      }
      return frames;
    }

    const seqs = (frames: readonly ProgressFrame[]) =>
      frames.map((frame) => (frame.type === "truncated" ? "truncated" : frame.seq));
    const range = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => from + i);

    it("give each frame once, in order, to who comes early and to who comes late", async () => {
      const early = read(600);
      await publish(0, 10);
      await publish(0, 10);
      await publish(5, 40);
      await publish(40, 600);
      expect(seqs(await early)).toEqual(range(0, 600));
      const late = await read(600);
      expect(late).toEqual(await early);
      expect(late.map(({ id }) => id)).toEqual(range(late[0]?.id ?? 0, (late[0]?.id ?? 0) + 600));
      expect(seqs(await read(3, { after: late[596]?.id }))).toEqual([597, 598, 599]);
    });

    it("hold several runs", async () => {
      await publish(0, 3, { run: "inv_a/1" });
      await publish(0, 2, { run: "inv_b/1" });
      await publish(2, 4, { run: "inv_a/1" });
      const frames = await read(6);
      expect(frames.map((frame) => "run" in frame && `${frame.run} ${frame.seq}`)).toEqual([
        "inv_a/1 0",
        "inv_a/1 1",
        "inv_a/1 2",
        "inv_b/1 0",
        "inv_b/1 1",
        "inv_a/1 3",
      ]);
    });

    it("wake all who wait", async () => {
      const readers = Array.from({ length: 5 }, () => read(2));
      await publish(0, 1);
      await publish(1, 2);
      for (const frames of await Promise.all(readers)) expect(seqs(frames)).toEqual([0, 1]);
    });

    it("keep the newest frames, and tell who has missed some", async () => {
      const name = "ShortTopics";
      await publish(0, 2, { name });
      const [first] = await read(1, { name });
      for (let n = 2; n < 302; n += 5) await publish(n, n + 5, { name });
      const { entries } = await stateSize(bed().server, name, topic);
      expect(entries).toBeLessThanOrEqual(1 + KEEP_FRAMES / 32);
      for (const after of [0, first?.id]) {
        const [missed, next] = await read(2, { name, after });
        expect(missed?.type).toBe("truncated");
        const seq = Number(seqs(next ? [next] : [])[0]);
        expect(302 - seq).toBeLessThanOrEqual(KEEP_FRAMES);
        expect(302 - seq).toBeGreaterThan(KEEP_FRAMES - 32);
        const rest = await read(302 - seq, { name, after: missed?.id });
        expect(seqs(rest)).toEqual(range(seq, 302));
      }
    });

    it("are gone a while after their last frame, and begin anew with higher ids", async () => {
      const name = "BriefTopics";
      await publish(0, 3, { name });
      const frames = await read(3, { name });
      const last = frames[2]?.id ?? 0;
      await expect.poll(async () => (await stateSize(bed().server, name, topic)).entries).toBe(0);
      const next = read(1, { name, after: last });
      await publish(0, 1, { name });
      const [again] = await next;
      expect(again?.id).toBeGreaterThan(last);
    });

    it("leave nothing in the journals of their handlers", async () => {
      const reading = read(1);
      await publish(0, 1);
      await reading;
      const sql =
        "SELECT id FROM sys_invocation WHERE target_service_name = 'ProgressTopics' AND status = 'completed'";
      await expect.poll(() => bed().server.query(sql, z.object({ id: z.string() }))).toEqual([]);
    });

    it.each([
      ["publish", { v: 1, run: "inv_a/1", sentAt: 1, events: [{ type: "text", step: 0, delta: "canary" }] }],
      ["publish", { v: 2, run: "inv_a/1", sentAt: 1, events: [] }],
      ["read", { after: -1, waitMs: 0 }],
    ])("refuse what makes no sense, at once: %s", async (handler, input) => {
      const refused = await bed()
        .call("ProgressTopics", handler, input, { key: topic })
        .catch((error: unknown) => error);
      expect(refused).toBeInstanceOf(IngressError);
      expect(refused).toMatchObject({ status: 400, body: expect.not.stringContaining("canary") });
    });

    it("are read until the reader has enough", async () => {
      const enough = new AbortController();
      const frames: ProgressFrame[] = [];
      await publish(0, 1);
      for await (const frame of readProgress({ ...at(), signal: enough.signal })) {
        frames.push(frame);
        // In the middle of the wait for the next one.
        setTimeout(() => enough.abort(), 50);
      }
      expect(seqs(frames)).toEqual([0]);
    });

    it("must be registered", async () => {
      await expect(read(1, { name: "NoTopics" })).rejects.toThrow(
        /answered 404.*progressTopics\(\).*NoTopics/,
      );
      await expect(publish(0, 1, { name: "NoTopics" })).rejects.toThrow("404");
    });
  },
  { services: topics },
);

it("a topic's bounds must make sense", () => {
  expect(() => progressTopics({ keepFrames: 10 })).toThrow(
    "keepFrames must be a whole number from 64 on, not 10",
  );
});
