import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { expect, onTestFinished, test } from "vitest";

function start(env: Record<string, string>) {
  const main = fileURLToPath(new URL("main.ts", import.meta.url));
  const child = spawn(process.execPath, [main], { env, stdio: ["ignore", "pipe", "pipe"] });
  onTestFinished(() => void child.kill("SIGKILL"));
  const exited = once(child, "exit") as Promise<[number | null, string | null]>;
  const errors = child.stderr.setEncoding("utf8").toArray();
  return { child, exited, errors };
}

test("starts, says where, refuses a taken port with the remedy, and stops on SIGTERM", {
  timeout: 20_000,
}, async () => {
  const { child, exited } = start({ PORT: "0" });
  const [line] = (await once(child.stdout.setEncoding("utf8"), "data")) as [string];
  const url = /http:\/\/127\.0\.0\.1:\d+/.exec(line)?.[0] ?? "";
  expect(line.trim().split("\n")).toHaveLength(1);
  expect((await fetch(`${url}/healthz`)).status).toBe(200);

  const second = start({ PORT: new URL(url).port });
  expect(await second.exited).toEqual([1, null]);
  expect((await second.errors).join("")).toMatch(/^Port \d+ is in use: .* set PORT .*\n$/);

  child.kill("SIGTERM");
  expect(await exited).toEqual([0, null]);
});

test("wrong settings end it with every problem", { timeout: 20_000 }, async () => {
  const { exited, errors } = start({ PORT: "x", SIMULATOR_OBEDIENT: "x" });
  expect(await exited).toEqual([1, null]);
  expect((await errors).join("")).toMatch(/PORT: [\s\S]*SIMULATOR_OBEDIENT: /);
});
