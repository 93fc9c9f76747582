// replay-check names what a change to code would break, and lets pass what breaks nothing.

import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import type { Mismatch } from "@holdfast/replay";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { breakingChanges } from "./breaking.ts";
import type { Change } from "./change.ts";
import { harmlessChanges } from "./harmless.ts";

interface Replayed {
  readonly replayed: number;
  readonly mismatches: readonly Mismatch[];
}

let replay: (change: Change) => Promise<Replayed>;
let stop: () => void;

beforeAll(() => {
  const script = fileURLToPath(new URL("replay-changed.ts", import.meta.url));
  const child = spawn(process.execPath, [script], { stdio: ["pipe", "pipe", "inherit"] });
  const answers = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  replay = async (change) => {
    child.stdin.write(`${JSON.stringify(change)}\n`);
    const { value, done } = await answers.next();
    if (done) throw new Error("The process that replays has ended; its error is above.");
    const answer: Replayed | { readonly error: string } = JSON.parse(value);
    // The text that it changes is not there any more: give it another one.
    if ("error" in answer) throw new Error(answer.error);
    return answer;
  };
  stop = () => child.stdin.end();
});
afterAll(() => stop());

describe("breaks what waits, and is named", () => {
  it.each(breakingChanges)("$what ($service)", async (change) => {
    const { mismatches } = await replay(change);
    const { step: recorded, cause } = change;
    expect(mismatches).toContainEqual({ index: expect.any(Number), recorded, cause });
  });
});

describe("breaks nothing", () => {
  it.each(harmlessChanges)("$what ($service)", async (change) => {
    const { replayed, mismatches } = await replay(change);
    expect(mismatches).toEqual([]);
    expect(replayed).toBeGreaterThan(0);
  });
});
