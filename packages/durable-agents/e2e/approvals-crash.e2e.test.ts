// A run that waits for people survives the end of its process: nobody is asked twice, and no time is given anew.

import { setTimeout } from "node:timers/promises";
import {
  createIngress,
  freePort,
  type RestateServer,
  startRestateServer,
  startServiceProcess,
} from "@holdfast/testing";
import { afterEach, describe, expect, it } from "vitest";
import { z } from "zod";
import { ask, type DeskInput, refund } from "./approval-desk.ts";

const entry = new URL("./approval-desk-process.ts", import.meta.url);

/** Deep and shallow, streaming and not: three approvals at once. */
const input: DeskInput = {
  agent: "front",
  calls: [ask("ask", refund(1)), ask("ask_streaming", refund(2)), ask("ask_if_approved", refund(3))],
  approvals: { timeout: { hours: 1 } },
};
const APPROVALS = input.calls.length;

const count = z.object({ entries: z.number() });

/** Waits until all that the run does before it waits is stored: each approval's time-out comes last. */
async function storedTimeouts(server: RestateServer, id: string, expected: number): Promise<void> {
  const sql = `SELECT count(*) AS entries FROM sys_journal WHERE id = '${id}' AND entry_type = 'Command: Sleep'`;
  for (;;) {
    const [row] = await server.query(sql, count);
    if (row?.entries === expected) return;
    await setTimeout(10);
  }
}

describe.each(["default", "always-replay"] as const)("approvals of a killed process [%s]", (mode) => {
  const cleanups: (() => Promise<unknown>)[] = [];
  afterEach(async () => {
    for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
  });

  it("wait for their answers, asked once", async () => {
    const server = await startRestateServer({ mode });
    cleanups.push(() => server.stop());
    const desk = await startServiceProcess({
      entry,
      ready: /listening url=(?<url>\S+)/,
      env: { PORT: String(await freePort()) },
    });
    cleanups.push(() => desk.stop());
    await server.register(desk.url ?? "");
    const ingress = createIngress(server.ingressUrl);
    const lines = (start: string) =>
      desk
        .output()
        .filter((line) => line.startsWith(start))
        .sort();
    const requests = (): Record<string, string> =>
      Object.fromEntries(
        lines("request ").map((line) => [line.replace(/^request | id=.*/g, ""), line.replace(/.* id=/, "")]),
      );

    const id = await ingress.send("Desk", "run", input);
    await storedTimeouts(server, id, APPROVALS);
    const before = { requests: requests(), models: lines("model "), effects: lines("effect ") };
    expect(before.models).toEqual(["model desk", "model desk", "model front"]);
    expect(before.effects).toEqual([]);
    expect(lines("request ")).toHaveLength(APPROVALS);
    await desk.kill9();

    // One answer comes while the process is away, the others when it is back.
    const awakeable = (call: string) =>
      Object.entries(before.requests).find(([name]) => name.startsWith(call))?.[1] ?? "";
    await ingress.resolveAwakeable(awakeable('refund {"amount":2'), true);
    await desk.restart();
    await desk.waitForLine(/^effect refunded 2/);
    await ingress.resolveAwakeable(awakeable('refund {"amount":1'), { decision: "reject", message: "No." });
    await ingress.resolveAwakeable(awakeable("ask_if_approved"), false);

    expect(await ingress.attach(id)).toBe(
      "Tool execution was not approved. No. | refunded 2 to Ann | Tool execution was not approved.",
    );
    expect(requests()).toEqual({});
    expect(lines("effect ")).toEqual(["effect refunded 2 to Ann"]);
    expect(lines("model ")).toEqual(["model desk", "model desk", "model front"]);
    await storedTimeouts(server, id, APPROVALS);
  });
});
