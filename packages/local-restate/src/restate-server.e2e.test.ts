import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  describeModes,
  EffectCounter,
  journalSize,
  startTestBed,
  stateSize,
  waitForStatus,
} from "@holdfast/testing";
import * as restate from "@restatedev/restate-sdk";
import { beforeEach, expect, it, onTestFinished, vi } from "vitest";
import { z } from "zod";
import { freePort } from "./free-ports.ts";
import { type RestateServer, startRestateServer } from "./restate-server.ts";
import { startServiceProcess } from "./service-process.ts";

const effects = new EffectCounter();
let awakeableId = Promise.withResolvers<string>();
beforeEach(() => {
  effects.reset();
  awakeableId = Promise.withResolvers<string>();
});

// Input, the step and its result. A step whose effect is done but not stored yet happens again after a crash.
const stepIsStored = (server: RestateServer, id: string) =>
  waitForStatus(server, id, (row) => (row.journal_size ?? 0) >= 3);

const interrupted = restate.object({
  name: "Interrupted",
  handlers: {
    awaiting: async (ctx: restate.ObjectContext): Promise<string> => {
      const answer = ctx.awakeable<string>();
      await ctx.run("ask", () => {
        effects.hit("ask");
        awakeableId.resolve(answer.id);
      });
      const text = await answer.promise;
      await ctx.run("book", () => {
        effects.hit("book");
      });
      ctx.set("answer", text);
      return text;
    },
    sleeping: async (ctx: restate.ObjectContext): Promise<string> => {
      await ctx.run("before", () => {
        effects.hit("before");
      });
      await ctx.sleep(500);
      await ctx.run("after", () => {
        effects.hit("after");
      });
      return "slept";
    },
  },
});

describeModes(
  "a killed restate-server",
  (bed) => {
    it("completes an invocation that waited for an awakeable", async () => {
      const { server, send, attach, resolveAwakeable } = bed();
      const id = await send("Interrupted", "awaiting", undefined, { key: "it's one" });
      const awakeable = await awakeableId.promise;
      await stepIsStored(server, id);
      const killed = server.pid;
      await server.kill();
      await expect(fetch(server.ingressUrl)).rejects.toThrow();
      await server.restart();
      expect(server.pid).not.toBe(killed);
      await resolveAwakeable(awakeable, "yes");
      expect(await attach(id)).toBe("yes");
      expect(effects.snapshot()).toEqual({ ask: 1, book: 1 });
      // One entry named `answer` with the value `"yes"`.
      expect(await stateSize(server, "Interrupted", "it's one")).toEqual({ entries: 1, bytes: 11 });
    });

    it("completes an invocation that slept", async () => {
      const { server, send, attach } = bed();
      const id = await send("Interrupted", "sleeping", undefined, { key: "two" });
      await stepIsStored(server, id);
      await server.kill();
      await server.restart();
      expect(await attach(id)).toBe("slept");
      effects.expectOnce(["before", "after"]);
      const row = await waitForStatus(server, id, ({ status }) => status === "completed");
      expect(row).toMatchObject({ target: "Interrupted/two/sleeping", completion_result: "success" });
      const size = await journalSize(server, id);
      expect(size.entries).toBe(row.journal_size);
      expect(size.bytes).toBeGreaterThan(100);
    });
  },
  { services: () => [interrupted] },
);

it("waits for what a running invocation does, and cancels it", async () => {
  const bed = await startTestBed("default", { services: () => [interrupted] });
  onTestFinished(() => bed.stop());
  const id = await bed.send("Interrupted", "awaiting", undefined, { key: "three" });
  await awakeableId.promise;
  await expect(
    waitForStatus(bed.server, id, ({ status }) => status === "completed", { timeoutMs: 50 }),
  ).rejects.toThrow(/not as expected within 50 ms; last seen: .*"status":"(running|suspended)"/);
  await bed.cancel(id);
  await expect(bed.attach(id)).rejects.toMatchObject({ status: 409 });
});

it("removes a temporary data directory on stop, and keeps one it was given", async () => {
  const given = await mkdtemp(join(tmpdir(), "holdfast-given-"));
  onTestFinished(() => rm(given, { recursive: true }));
  const [temporary, kept] = await Promise.all([startRestateServer(), startRestateServer({ dataDir: given })]);
  await Promise.all([temporary.stop(), kept.stop()]);
  expect(existsSync(temporary.dataDir)).toBe(false);
  expect(existsSync(given)).toBe(true);
  expect(await kept.exited).toEqual({ code: 0, signal: null, expected: true });
});

it("tells when the server died by itself", async () => {
  const server = await startRestateServer();
  onTestFinished(() => server.stop());
  process.kill(server.pid, "SIGKILL");
  expect(await server.exited).toEqual({ code: null, signal: "SIGKILL", expected: false });
});

it("does not outlive a process that is killed", async () => {
  const owner = await startServiceProcess({
    entry: new URL("./fixtures/server-owner.ts", import.meta.url),
    ready: /server url=/,
  });
  onTestFinished(async () => {
    await owner.stop();
  });
  const line = await owner.waitForLine(/server url=/);
  const [, url = "", dataDir = ""] = line.match(/url=(\S+) data=(.*)/) ?? [];
  onTestFinished(() => rm(dataDir, { recursive: true, force: true }));
  await owner.kill9();
  // Its pid would be there until init has reaped it; its port is free at once.
  await vi.waitFor(() => expect(fetch(url)).rejects.toThrow());
});

it("names the port that is in use, and what to do", async () => {
  const ports = { ingress: await freePort(), admin: await freePort(), node: await freePort() };
  const occupant = createServer().listen(ports.admin, "127.0.0.1");
  onTestFinished(() => {
    occupant.close();
  });
  await expect(startRestateServer({ ports })).rejects.toThrow(
    `port ${ports.admin} (admin) is in use. End the process that listens on it`,
  );
});

it("quotes the server's own error when it refuses its settings", async () => {
  await expect(startRestateServer({ env: { RESTATE_INGRESS__BIND_ADDRESS: "nonsense" } })).rejects.toThrow(
    /ended while it started:\n.*INGRESS.*\nCorrect the RESTATE_\* settings/,
  );
});

it("names a query that Restate refuses", async () => {
  const server = await startRestateServer();
  onTestFinished(() => server.stop());
  await expect(server.query("SELECT nothing FROM nowhere", z.unknown())).rejects.toThrow(
    /^Restate says: .*nowhere/,
  );
  await expect(server.register("http://127.0.0.1:1")).rejects.toThrow(/^Restate says: .*127\.0\.0\.1:1/);
});
