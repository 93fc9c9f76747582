import { afterEach, expect, it, vi } from "vitest";
import { type Restartable, Supervised } from "./supervised.ts";

type Exit = Awaited<Restartable["exited"]>;

/** A process that dies when told to. */
class FakeProcess implements Restartable {
  readonly pid = -1;
  restarts = 0;
  /** How many of the next restarts fail. */
  failures = 0;
  #exit = Promise.withResolvers<Exit>();

  get exited(): Promise<Exit> {
    return this.#exit.promise;
  }
  die(code: number | null, signal: string | null = null): void {
    this.#exit.resolve({ code, signal, expected: false });
  }
  async restart(): Promise<void> {
    this.restarts++;
    if (this.failures-- > 0) throw new Error("it is broken");
    this.#exit = Promise.withResolvers<Exit>();
  }
  async stop(): Promise<void> {
    this.#exit.resolve({ code: 0, signal: null, expected: true });
  }
}

const said: string[] = [];
let supervised: Supervised;
afterEach(async () => {
  await supervised.stop();
  said.length = 0;
});

function supervise(process: FakeProcess, backoffMs = [0, 5, 10]): void {
  const say = (level: string, text: string) => void said.push(`${level}: ${text}`);
  supervised = new Supervised(process, { name: "fraud", log: "fraud.log", say, backoffMs });
}

it("starts a process that died again at once, and says so", async () => {
  const process = new FakeProcess();
  supervise(process);
  process.die(null, "SIGKILL");
  await vi.waitFor(() => expect(said).toHaveLength(2));
  expect(said[0]).toBe("warn: fraud was ended by SIGKILL; starting it again");
  expect(said[1]).toMatch(/^ok: fraud is back after \d\.\d s \(process -1\)$/);
});

it("waits longer the more it dies, and then says where to look", async () => {
  const process = new FakeProcess();
  supervise(process, [0, 10, 20]);
  for (let death = 1; death <= 3; death++) {
    process.die(1);
    await vi.waitFor(() => expect(process.restarts).toBe(death));
  }
  expect(said.filter((line) => !line.startsWith("ok"))).toEqual([
    "warn: fraud ended with exit code 1; starting it again",
    "warn: fraud ended with exit code 1; starting it again in 0.01 s",
    "error: fraud keeps dying (3 times, it ended with exit code 1): fraud.log tells why; starting it again in 0.02 s",
  ]);
});

it("tries again when it does not come up", async () => {
  const process = new FakeProcess();
  process.failures = 2;
  supervise(process);
  process.die(1);
  await vi.waitFor(() => expect(said.at(-1)).toMatch(/is back/));
  expect(process.restarts).toBe(3);
  expect(said[1]).toBe("warn: fraud did not come up; starting it again in 0.005 s");
});

it("leaves it once it is stopped, also while it waits to start it again", async () => {
  const process = new FakeProcess();
  supervise(process, [60_000]);
  process.die(1);
  await vi.waitFor(() => expect(said).toHaveLength(1));
  await supervised.stop();
  expect(process.restarts).toBe(0);
});
