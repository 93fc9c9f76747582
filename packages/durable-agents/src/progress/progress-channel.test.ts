import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { ProgressChannel } from "./progress-channel.step.ts";
import type { WireProgressBatch, WireProgressEvent } from "./progress-events.ts";

const INTERVAL_MS = 100;
const agent = "Agent";

/** A channel whose deliveries the test answers. */
class Receiver {
  readonly channel = new ProgressChannel("inv_1", "inv_1/1");
  readonly batches: WireProgressEvent[][] = [];
  readonly warnings: string[] = [];
  answer: () => Promise<void> = async () => {};

  constructor() {
    const publisher = {
      intervalMs: INTERVAL_MS,
      publish: ({ events }: WireProgressBatch) => {
        this.batches.push(structuredClone(events));
        return this.answer();
      },
    };
    this.channel.attach(publisher, (message) => this.warnings.push(message));
  }

  tool(n: number): void {
    this.channel.event({ n, type: "tool_started", agent, tool: "look_up", callId: `c${n}` });
  }

  /** What arrived: `n` of the run's events, the texts of executions. */
  get arrived(): (number | string)[][] {
    return this.batches.map((batch) =>
      batch.map((event) => (event.type === "text" ? `${event.n}:${event.delta}` : event.n)),
    );
  }
}

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

describe("a channel", () => {
  it("sends what comes within an interval together", async () => {
    const receiver = new Receiver();
    receiver.tool(0);
    await vi.advanceTimersByTimeAsync(INTERVAL_MS);
    receiver.tool(1);
    await vi.advanceTimersByTimeAsync(INTERVAL_MS - 1);
    expect(receiver.arrived).toEqual([]);
    await vi.advanceTimersByTimeAsync(1);
    expect(receiver.arrived).toEqual([[0, 1]]);
  });

  it("sends first words at once, and further ones together", async () => {
    const receiver = new Receiver();
    await vi.advanceTimersByTimeAsync(INTERVAL_MS);
    let n = 0;
    const say = (delta: string) => {
      if (receiver.channel.text(0, "a", n, delta)) n++;
    };
    receiver.tool(0);
    say("He");
    await vi.advanceTimersByTimeAsync(0);
    expect(receiver.arrived).toEqual([[0, "0:He"]]);
    say("l");
    say("lo");
    await vi.advanceTimersByTimeAsync(INTERVAL_MS);
    expect(receiver.arrived).toEqual([[0, "0:He"], ["1:llo"]]);
  });

  it("sends the run's end without delay", async () => {
    const receiver = new Receiver();
    await vi.advanceTimersByTimeAsync(INTERVAL_MS);
    receiver.tool(0);
    receiver.channel.event({ n: 1, type: "run_ended", agent, outcome: "completed" });
    await vi.advanceTimersByTimeAsync(0);
    expect(receiver.arrived).toEqual([[0, 1]]);
  });

  it("leaves out what a replay tells again", async () => {
    const receiver = new Receiver();
    for (const n of [0, 1, 0, 1, 2]) receiver.tool(n);
    await vi.runAllTimersAsync();
    expect(receiver.arrived).toEqual([[0, 1, 2]]);
  });

  it("sends one batch after the other", async () => {
    const receiver = new Receiver();
    const first = Promise.withResolvers<void>();
    receiver.answer = () => first.promise;
    receiver.tool(0);
    await vi.runAllTimersAsync();
    receiver.tool(1);
    receiver.channel.text(0, "a", 0, "text");
    await vi.runAllTimersAsync();
    expect(receiver.arrived).toEqual([[0]]);
    first.resolve();
    await vi.runAllTimersAsync();
    expect(receiver.arrived).toEqual([[0], [1, "0:text"]]);
  });

  it("sends a batch that failed again, in front of what came since", async () => {
    const receiver = new Receiver();
    const first = Promise.withResolvers<void>();
    receiver.answer = () => first.promise;
    receiver.channel.text(0, "a", 0, "He");
    await vi.advanceTimersByTimeAsync(INTERVAL_MS);
    receiver.answer = async () => {};
    receiver.channel.text(0, "a", 1, "llo");
    first.reject(new Error("down"));
    await vi.runAllTimersAsync();
    expect(receiver.arrived).toEqual([["0:He"], ["0:He", "1:llo"]]);
    expect(receiver.warnings).toEqual([]);
  });

  it("counts failures in a row", async () => {
    const receiver = new Receiver();
    for (let n = 0; n < 3; n++) {
      receiver.answer = () => Promise.reject(new Error("down"));
      receiver.tool(n);
      while (receiver.batches.length < 5 * n + 4) await vi.advanceTimersByTimeAsync(10);
      receiver.answer = async () => {};
      await vi.runAllTimersAsync();
    }
    expect(receiver.arrived.filter((_batch, n) => n % 5 === 4)).toEqual([[0], [1], [2]]);
    expect(receiver.warnings).toEqual([]);
  });

  it("gives up after some seconds, says so once, and goes on with what comes then", async () => {
    const receiver = new Receiver();
    receiver.answer = () => Promise.reject(new Error("down"));
    receiver.tool(0);
    await vi.advanceTimersByTimeAsync(10_000);
    const tries = receiver.batches.length;
    expect(tries).toBe(5);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(receiver.batches).toHaveLength(tries);
    receiver.tool(1);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(receiver.arrived.at(-1)).toEqual([1]);
    expect(receiver.warnings).toHaveLength(1);
    receiver.answer = async () => {};
    receiver.tool(2);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(receiver.arrived.at(-1)).toEqual([2]);
    expect(vi.getTimerCount()).toBe(0);
  });

  it("keeps no more than about a megabyte", async () => {
    const receiver = new Receiver();
    receiver.answer = () => new Promise(() => {});
    receiver.tool(0);
    await vi.runAllTimersAsync();
    receiver.answer = async () => {};
    const text = "x".repeat(10_000);
    for (let n = 1; n <= 200; n++) receiver.channel.event({ n, type: "model_ended", agent, step: n, text });
    expect(receiver.warnings).toHaveLength(1);

    const other = new Receiver();
    for (let n = 0; n < 200; n++) other.channel.text(n, `execution ${n}`, 0, text);
    await vi.runAllTimersAsync();
    const [batch = []] = other.batches;
    expect(batch.length).toBeLessThan(60);
    expect(batch.at(-1)).toMatchObject({ step: 199 });
  });

  it("is the run's as long as it is one of the last", () => {
    const channel = ProgressChannel.of("inv_a", 1);
    expect(ProgressChannel.of("inv_a", 1)).toBe(channel);
    expect(ProgressChannel.of("inv_a", 2)).not.toBe(channel);
    for (let n = 0; n < 900; n++) ProgressChannel.of("inv_b", n);
    expect(ProgressChannel.of("inv_a", 1)).toBe(channel);
    for (let n = 0; n < 900; n++) ProgressChannel.of("inv_c", n);
    expect(ProgressChannel.of("inv_a", 1)).toBe(channel);
    for (let n = 0; n < 1_000; n++) ProgressChannel.of("inv_d", n);
    expect(ProgressChannel.of("inv_a", 1)).not.toBe(channel);
  });
});
