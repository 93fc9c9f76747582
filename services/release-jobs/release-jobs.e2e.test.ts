// The jobs against a real Restate: what they may never do is to touch what runs.

import {
  createIngress,
  freePort,
  type RestateServer,
  serveEndpoint,
  startRestateServer,
} from "@holdfast/testing";
import { type Context, service } from "@restatedev/restate-sdk";
import { afterAll, beforeAll, expect, it, onTestFinished } from "vitest";
import { z } from "zod";
import { checkDrained, removeDrained } from "./drained.ts";
import { JobFailed, startJob } from "./job.ts";
import { register } from "./register.ts";

const HOUR_MS = 3_600_000;
const PREFIX = ["http://127.0.0.1:"];

let server: RestateServer;
beforeAll(async () => {
  server = await startRestateServer();
});
afterAll(() => server.stop());

interface Running {
  readonly lines: string[];
  readonly job: ReturnType<typeof startJob>;
}

function newJob(timeoutSeconds = 40, adminUrl = server.adminUrl): Running {
  const lines: string[] = [];
  return { lines, job: startJob(adminUrl, timeoutSeconds, (line) => lines.push(line)) };
}

/** A version of the code: `answer` tells which, `hold` waits until it is cancelled, or for so long. */
async function serve(name: string, version: string, options: { port?: number; more?: string[] } = {}) {
  const { port, more = [] } = options;
  const handlers = {
    answer: async () => version,
    hold: async (ctx: Context, forMs = HOUR_MS) => {
      await ctx.sleep(forMs);
      return version;
    },
    ...Object.fromEntries(more.map((handler) => [handler, async () => version])),
  };
  const endpoint = await serveEndpoint([service({ name, handlers })], { ...(port && { port }) });
  onTestFinished(() => endpoint.stop());
  return { endpoint, uri: `${endpoint.url}/` };
}

async function answerOf(name: string): Promise<unknown> {
  return (await fetch(`${server.ingressUrl}/${name}/answer`, { method: "POST" })).json();
}

const rows = z.object({ id: z.string() });

const begun = (name: string) =>
  server.query(
    `SELECT id FROM sys_invocation WHERE target = '${name}/hold' AND pinned_deployment_id IS NOT NULL
     AND status <> 'completed'`,
    rows,
  );
const expectBegun = (name: string, count: number) =>
  expect.poll(async () => (await begun(name)).length, { timeout: 10_000 }).toBe(count);

/** Begins an invocation and waits until it belongs to its deployment; the result ends it. */
async function hold(name: string): Promise<() => Promise<void>> {
  await fetch(`${server.ingressUrl}/${name}/hold/send`, { method: "POST" });
  await expectBegun(name, 1);
  const [row] = await begun(name);
  return async () => {
    await server.cancel(row?.id ?? "");
    await expectBegun(name, 0);
  };
}

async function reasonsOf(job: Promise<void>): Promise<readonly string[]> {
  const error = await job.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (error instanceof JobFailed) return error.reasons;
  throw error ?? new Error("it should have failed");
}

async function known(): Promise<string[]> {
  const sql = "SELECT endpoint AS id FROM sys_deployment";
  return (await server.query(sql, rows)).map(({ id }) => id);
}

const keepAllBut = async (...dropped: string[]) => ({
  keep: (await known()).filter((uri) => !dropped.includes(uri)),
  prefix: PREFIX,
});

it("registers what is new, and does nothing about what is registered", async () => {
  const { uri } = await serve("New", "1");
  const { job, lines } = newJob();
  await register(job, [uri]);
  await register(job, [uri]);
  expect(lines).toEqual([`${uri}: registered New`, `${uri}: is registered already`]);
  expect(await answerOf("New")).toBe("1");
});

it("waits for a deployment that comes late, and says once what for", async () => {
  const port = await freePort();
  const uri = `http://127.0.0.1:${port}/`;
  const { job, lines } = newJob();
  const registered = register(job, [uri]);
  await expect.poll(() => lines.length, { timeout: 20_000 }).toBe(1);
  await serve("Late", "1", { port });
  await registered;
  expect(lines[0]).toContain(`${uri}: waiting. Restate says: `);
  expect(lines.slice(1)).toEqual([`${uri}: registered Late`]);
});

it("gives up at its deadline, with a line for each that is missing and why", async () => {
  const [first, second] = [await freePort(), await freePort()].map((port) => `http://127.0.0.1:${port}/`);
  const { uri } = await serve("Third", "1");
  const reasons = await reasonsOf(register(newJob(4).job, [first ?? "", second ?? "", uri]));
  expect(reasons).toEqual([
    expect.stringMatching(`^${first}: not ready within 4 s. Restate says: .*Connection refused`),
    expect.stringMatching(`^${second}: not ready within 4 s. Restate says: `),
  ]);
  expect(await answerOf("Third")).toBe("1");
});

it("names Restate's address when it does not answer, and stops at once for what is none", async () => {
  const nobody = `http://127.0.0.1:${await freePort()}`;
  const { uri } = await serve("Alone", "1");
  expect(await reasonsOf(register(newJob(1, nobody).job, [uri]))).toEqual([
    expect.stringContaining(`${uri}: not ready within 1 s. Restate's admin API at ${nobody} does not answer`),
  ]);
  // The ingress is no admin API.
  const [reason] = await reasonsOf(register(newJob(60, server.ingressUrl).job, [uri]));
  expect(reason).toMatch(/^http.*: Restate says: /);
});

it("stops at once for services that Restate refuses", async () => {
  const { uri } = await serve("openapi", "1");
  const [reason] = await reasonsOf(register(newJob(60).job, [uri]));
  expect(reason).toMatch(`${uri}: Restate says: `);
});

it("makes an older version the newest again, and what began on it goes on there", async () => {
  const one = await serve("Rolled", "1");
  const two = await serve("Rolled", "2");
  const { job, lines } = newJob();
  await register(job, [one.uri]);
  const ended = createIngress(server.ingressUrl).call("Rolled", "hold", 1500);
  await expectBegun("Rolled", 1);
  await register(job, [one.uri, two.uri]);
  expect(await answerOf("Rolled")).toBe("2");

  await register(job, [one.uri]);
  expect(lines.at(-1)).toBe(`${one.uri}: is the newest again for Rolled`);
  expect(await answerOf("Rolled")).toBe("1");
  expect(await ended).toBe("1");
});

it("has the last of several versions be the newest, in whatever order they became known", async () => {
  const [one, two] = [await serve("Kept", "1"), await serve("Kept", "2")];
  await register(newJob().job, [two.uri]);
  const letGo = await hold("Kept");
  for (let i = 0; i < 2; i++) {
    await register(newJob().job, [one.uri, two.uri]);
    expect(await answerOf("Kept")).toBe("2");
  }
  await letGo();
});

it("takes what a URL newly offers, unless something runs on it", async () => {
  const before = await serve("Changed", "1");
  const { job } = newJob();
  await register(job, [before.uri]);
  const letGo = await hold("Changed");
  const port = Number(new URL(before.uri).port);
  await before.endpoint.stop();
  const after = await serve("Changed", "2", { port, more: ["added"] });
  expect(await reasonsOf(register(job, [after.uri]))).toEqual([
    expect.stringContaining("1 invocation in flight"),
  ]);
  await letGo();
  await register(job, [after.uri]);
  const added = await fetch(`${server.ingressUrl}/Changed/added`, { method: "POST" });
  expect(await added.json()).toBe("2");
});

it("refuses to drop what has invocations in flight, how many, and lets go of it afterwards", async () => {
  const one = await serve("Dropped", "1");
  const two = await serve("Dropped", "2");
  const { job, lines } = newJob();
  await register(job, [one.uri]);
  const letGo = await hold("Dropped");
  const keptUntilLater = await keepAllBut(one.uri);
  expect(await reasonsOf(checkDrained(job, keptUntilLater))).toEqual([
    expect.stringContaining(`${one.uri}: would be dropped with 1 invocation in flight`),
  ]);
  // Kept, or another's, it is nobody's concern.
  await checkDrained(job, { keep: await known(), prefix: PREFIX });
  await checkDrained(job, { keep: [], prefix: ["http://another-release-"] });

  await register(job, [two.uri]);
  expect(await reasonsOf(removeDrained(job, await keepAllBut(one.uri)))).toEqual([
    expect.stringContaining(`${one.uri}: is dropped, but 1 invocation began on it`),
  ]);
  expect(await known()).toContain(one.uri);

  await letGo();
  await checkDrained(job, await keepAllBut(one.uri));
  expect(lines.at(-1)).toBe(`nothing is in flight on what is dropped (${one.uri})`);
  await removeDrained(job, await keepAllBut(one.uri));
  expect(lines.at(-1)).toBe(`${one.uri}: removed`);
  expect(await known()).not.toContain(one.uri);
  expect(await answerOf("Dropped")).toBe("2");
});

it("keeps the only deployment for which invocations wait", async () => {
  const { uri } = await serve("Awaited", "1");
  const { job } = newJob();
  await register(job, [uri]);
  await fetch(`${server.ingressUrl}/Awaited/answer/send?delay=1h`, { method: "POST" });
  expect(await reasonsOf(removeDrained(job, await keepAllBut(uri)))).toEqual([
    expect.stringContaining("invocations that wait to begin (1 of Awaited)"),
  ]);
  expect(await known()).toContain(uri);
});

it("leaves alone what another release has registered, whatever its URL begins with", async () => {
  const mine = await serve("Mine", "1");
  const other = await serve("Other", "1");
  const unmarked = await serve("Unmarked", "1");
  const { job } = newJob();
  await register(job, [mine.uri], "claims/holdfast");
  await register(job, [other.uri], "claims/holdfast-fraud");
  await register(job, [unmarked.uri]);
  const ours = [mine, other, unmarked].map(({ uri }) => uri);
  const keep = (await known()).filter((uri) => !ours.includes(uri));
  await removeDrained(job, { keep, prefix: PREFIX, owner: "claims/holdfast" });
  expect((await known()).filter((uri) => ours.includes(uri))).toEqual([other.uri]);
});
