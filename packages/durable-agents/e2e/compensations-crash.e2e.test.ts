// Compensations survive the end of their process: what was undone is not undone again, what was not yet is.

import { rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createIngress, freePort, startRestateServer, startServiceProcess } from "@holdfast/testing";
import { afterEach, describe, expect, it } from "vitest";
import type { Booking, Trip } from "./booking-service.ts";
import { failure } from "./ingress-failure.ts";

const entry = new URL("./booking-process.ts", import.meta.url);

describe.each(["default", "always-replay"] as const)("compensations of a killed process [%s]", (mode) => {
  const cleanups: (() => Promise<unknown>)[] = [];
  afterEach(async () => {
    for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
  });

  it("go on where they were", async () => {
    const server = await startRestateServer({ mode });
    cleanups.push(() => server.stop());
    const hold = join(tmpdir(), `hold-${server.ports.ingress}`);
    await writeFile(hold, "");
    cleanups.push(() => rm(hold, { force: true }));
    const trips = await startServiceProcess({
      entry,
      ready: /listening url=(?<url>\S+)/,
      env: { PORT: String(await freePort()), HOLD: hold },
    });
    cleanups.push(() => trips.stop());
    await server.register(trips.url ?? "");
    const ingress = createIngress(server.ingressUrl);

    const booking = (name: string, next: Booking["next"], undo: Booking["undo"]): Booking => ({
      run: "crash",
      name,
      next,
      undo,
    });
    const trip: Trip = {
      turns: [
        [booking("flight", "end", "works")],
        [booking("hotel", "end", "hold")],
        [booking("car", "terminal", "works")],
      ],
    };
    const id = await ingress.send("Trips", "run", trip);
    // What came before it is stored, as it would not have been tried otherwise.
    await trips.waitForLine(/event try undo hotel/);
    const before = trips.output();
    await trips.kill9();
    await rm(hold);
    await trips.restart();

    expect(await failure(ingress.attach(id))).toMatchObject({
      status: 418,
      body: expect.stringContaining("car is sold out"),
    });
    const events = (lines: readonly string[]) => lines.filter((line) => /^event (book|undo) /.test(line));
    expect(events(before)).toEqual([
      "event book flight",
      "event book hotel",
      "event book car",
      "event undo car",
    ]);
    expect(events(trips.output())).toEqual(["event undo hotel", "event undo flight"]);
  });
});
