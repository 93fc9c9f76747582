import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { WorkQueue } from "./work-queue.ts";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

describe("a queue of work", () => {
  it("does all of it in its order, a moment after the first", () => {
    const done: number[] = [];
    const queue = new WorkQueue();
    for (const n of [1, 2, 3]) queue.add(() => done.push(n));
    expect(done).toEqual([]);
    vi.advanceTimersByTime(100);
    expect(done).toEqual([1, 2, 3]);
  });

  it("does not wait when there is much of it, or when it is emptied", () => {
    let done = 0;
    const queue = new WorkQueue();
    for (let n = 0; n < 256; n++) queue.add(() => done++);
    expect(done).toBe(256);
    queue.add(() => done++);
    queue.empty();
    expect(done).toBe(257);
    vi.advanceTimersByTime(1_000);
    expect(done).toBe(257);
  });

  it("goes on after work that fails", () => {
    let done = false;
    const queue = new WorkQueue();
    queue.add(() => {
      throw new Error("no");
    });
    queue.add(() => {
      done = true;
    });
    queue.empty();
    expect(done).toBe(true);
  });
});
