import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { describe, expect, it, onTestFinished } from "vitest";
import { freePort } from "./free-ports.ts";

const PORTS_OF_A_PROCESS = 40;

/** The ports that another process is given, which lives as long as the test. */
async function portsOfAnother(): Promise<number[]> {
  const script = `
    import { freePort } from ${JSON.stringify(new URL("free-ports.ts", import.meta.url).href)};
    const ports = [];
    for (let i = 0; i < ${PORTS_OF_A_PROCESS}; i++) ports.push(await freePort());
    console.log(ports.join());
    process.stdin.resume();
  `;
  const args = ["--input-type=module", "--eval", script];
  const child = spawn(process.execPath, args, { stdio: ["pipe", "pipe", "inherit"] });
  onTestFinished(() => void child.kill());
  const [line] = await Promise.race([once(createInterface(child.stdout), "line"), once(child, "exit")]);
  return String(line).split(",").map(Number);
}

describe("a free port", () => {
  it("is given to one process alone, and to it once", async () => {
    const others = await Promise.all([portsOfAnother(), portsOfAnother(), portsOfAnother()]);
    const mine = await Promise.all(Array.from({ length: PORTS_OF_A_PROCESS }, freePort));
    const all = [...others.flat(), ...mine];
    expect(all).toHaveLength(4 * PORTS_OF_A_PROCESS);
    expect(new Set(all).size).toBe(all.length);
    // No block is another's: what one process may be given next lies in no other's.
    const blocks = [...others, mine].map((ports) => new Set(ports.map((port) => Math.floor(port / 100))));
    expect(blocks.map((block) => block.size)).toEqual([1, 1, 1, 1]);
  });
});
