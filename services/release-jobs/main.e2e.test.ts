// The jobs as processes: their exit codes and their lines are what a chart's hook shows.

import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { freePort } from "@holdfast/testing";
import { expect, it } from "vitest";

const main = fileURLToPath(new URL("main.ts", import.meta.url));

function run(...args: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [main, ...args], { encoding: "utf8" });
  return { status, stdout, stderr };
}

it("ends with 1 and the reason, in one line", async () => {
  const admin = `http://127.0.0.1:${await freePort()}`;
  const { status, stderr } = run(
    "check-drained",
    "--admin",
    admin,
    "--prefix",
    "http://a-",
    "--timeout-seconds",
    "1",
  );
  expect(status).toBe(1);
  expect(stderr).toMatch(
    /^✖ Restate: not ready within 1 s. Restate's admin API at .* does not answer: .*\n$/,
  );
});

it("ends with 1 and tells its usage", () => {
  const { status, stderr } = run("register");
  expect(status).toBe(1);
  expect(stderr).toMatch(/^--admin is required\n\nUsage:\n/);
});
