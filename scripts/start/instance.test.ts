import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeEach, expect, it, onTestFinished } from "vitest";
import { enterInstance, runningInstance } from "./instance.ts";

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), "holdfast-instance-"));
  onTestFinished(() => rmSync(dir, { recursive: true }));
});

/** A process whose command line has `word` in it. */
function run(word: string): number {
  const child = spawn(process.execPath, ["-e", "setTimeout(() => {}, 60_000)", word]);
  onTestFinished(() => {
    child.kill("SIGKILL");
  });
  return child.pid ?? 0;
}

const note = (pid: unknown) => writeFileSync(join(dir, "pid"), String(pid));

it("is refused while another one runs", async () => {
  const pid = run("scripts/start.ts");
  note(pid);
  expect(runningInstance(dir)).toBe(pid);
  expect(() => enterInstance(dir)).toThrow(`npm start already runs here (process ${pid}): stop it`);
});

it("is not kept out by what a killed one left behind", () => {
  // A pid that is no one's, one that is another program's by now, and no pid at all.
  for (const left of [2 ** 22 + 1, run("another-program"), "", "x"]) {
    note(left);
    expect(runningInstance(dir)).toBeUndefined();
  }
});

it("takes its note back", () => {
  const leave = enterInstance(dir);
  expect(existsSync(join(dir, "pid"))).toBe(true);
  leave();
  expect(existsSync(join(dir, "pid"))).toBe(false);
});
