import { once } from "node:events";
import { type IncomingMessage, request } from "node:http";
import { setTimeout as delay } from "node:timers/promises";
import { type Claim, claimViewSchema, sampleClaim } from "@holdfast/contracts";
import { describeModes, freePort, startServiceProcess, startTestBed } from "@holdfast/testing";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { problemSchema } from "./http/problem.ts";
import { BEHAVIOUR, listeningGateway, readEvents, standIns } from "./test-support.ts";

async function claimIdOf(response: Response): Promise<string> {
  return z.object({ claimId: z.string() }).parse(await response.json()).claimId;
}

/** Status, and kind of problem. */
async function problemOf(response: Response): Promise<[number, string]> {
  const { type } = problemSchema.parse(await response.json());
  return [response.status, type.replace("urn:holdfast:problem:", "")];
}

type Gateway = Awaited<ReturnType<typeof listeningGateway>>;

function client(gateway: () => Gateway) {
  const post = (path: string, body?: unknown, headers: Record<string, string> = {}) =>
    fetch(`${gateway().url}/api/claims${path}`, {
      method: "POST",
      headers: { ...(body !== undefined && { "content-type": "application/json" }), ...headers },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
  const submit = (claim: Partial<Claim>, key?: string) =>
    post("", { ...sampleClaim, ...claim }, key === undefined ? {} : { "idempotency-key": key });
  return {
    post,
    submit,
    submitted: async (claim: Partial<Claim>) => claimIdOf(await submit(claim)),
    get: (path: string, init?: RequestInit) => fetch(`${gateway().url}/api/claims${path}`, init),
    events: (id: string, lastEventId?: number, signal?: AbortSignal) =>
      fetch(`${gateway().url}/api/claims/${id}/events`, {
        ...(lastEventId !== undefined && { headers: { "last-event-id": String(lastEventId) } }),
        ...(signal && { signal }),
      }),
  };
}

const anyRow = z.object({ id: z.string() });

describeModes(
  "the gateway",
  (bed) => {
    let gateway: Gateway;
    const { get, post, submit, submitted, events } = client(() => gateway);
    beforeAll(async () => {
      gateway = await listeningGateway(bed().server.ingressUrl);
    });
    afterAll(() => gateway?.close());

    const status = async (id: string) => claimViewSchema.parse(await (await get(`/${id}`)).json()).status;
    const key = () => `key-${crypto.randomUUID()}`;

    it("submits a claim, which can be looked at once it is accepted", async () => {
      const response = await submit({ reason: BEHAVIOUR.reviewed });
      expect(response.status).toBe(202);
      const claimId = await claimIdOf(response);
      expect(response.headers.get("location")).toBe(`/api/claims/${claimId}`);
      const view = await get(`/${claimId}`);
      expect([view.status, await view.json()]).toEqual([
        200,
        {
          claimId,
          status: expect.stringMatching(/assessing|in_review/),
          claim: { ...sampleClaim, reason: BEHAVIOUR.reviewed },
          submittedAt: expect.any(String),
        },
      ]);
    });

    it.each(["partner 7/é", "a.b", "x".repeat(100)])(
      "shows a claim submitted straight to Restate as %s",
      async (id) => {
        await bed().call("Claim", "submit", { ...sampleClaim, reason: BEHAVIOUR.approved }, { key: id });
        const view = await get(`/${encodeURIComponent(id)}`);
        expect(claimViewSchema.parse(await view.json()).claimId).toBe(id);
        const types = [];
        for await (const { event } of readEvents(await events(encodeURIComponent(id)))) types.push(event);
        expect(types).toEqual(["received", "decided"]);
      },
    );

    it("waits for a claim that is accepted and has not begun", async () => {
      const id = await submitted({ reason: BEHAVIOUR.slow });
      expect((await get(`/${id}`)).status).toBe(200);
    });

    it("follows a claim from before it has begun", async () => {
      const id = await submitted({ reason: BEHAVIOUR.slow });
      const types = [];
      for await (const { event } of readEvents(await events(id))) types.push(event);
      expect(types).toEqual(["received", "decided"]);
    });

    it("gives the same claim for the same key, and submits it once", async () => {
      const same = key();
      const claim = { reason: BEHAVIOUR.reviewed };
      const ids: string[] = [];
      for (let i = 0; i < 3; i++) ids.push(await claimIdOf(await submit(claim, same)));
      expect(new Set(ids).size).toBe(1);
      await expect.poll(() => status(ids[0]!)).toBe("in_review");
      expect(await problemOf(await submit({ reason: "another" }, same))).toEqual([409, "conflict"]);
      const submissions = await bed().server.query(
        `SELECT id FROM sys_invocation WHERE target = 'Claim/${ids[0]}/submit'`,
        anyRow,
      );
      expect(submissions).toHaveLength(1);
    });

    it("takes one of many claims that come under one key at once", async () => {
      const same = key();
      const claims = Array.from({ length: 12 }, (_, i) => ({ reason: `claim ${i % 3}` }));
      const responses = await Promise.all(claims.map((claim) => submit(claim, same)));
      const taken = responses.flatMap(({ status }, i) => (status === 202 ? [claims[i]!.reason] : []));
      expect(new Set(taken).size).toBe(1);
      expect(taken).toHaveLength(4);
      expect(responses.filter(({ status }) => status === 409)).toHaveLength(8);
      const claimId = await claimIdOf(responses.find(({ status }) => status === 202)!);
      const view = claimViewSchema.parse(await (await get(`/${claimId}`)).json());
      expect(view.claim.reason).toBe(taken[0]);
    });

    it("shows a refusal that came after the claim was accepted", async () => {
      const same = key();
      const claimId = await claimIdOf(await submit({ reason: BEHAVIOUR.refused }, same));
      await expect.poll(async () => (await get(`/${claimId}`)).status).toBe(404);
      expect((await events(claimId)).status).toBe(404);
      const again = await submit({ reason: BEHAVIOUR.refused }, same);
      expect(await again.json()).toMatchObject({ status: 422, detail: "refused" });
    });

    it("knows no claim that nobody submitted", async () => {
      const responses = await Promise.all([
        get("/nobody"),
        get("/nobody/events"),
        post("/nobody/decision", { outcome: "approve" }),
        post("/nobody/withdraw"),
      ]);
      expect(responses.map((response) => response.status)).toEqual([404, 404, 404, 404]);
      for (const response of responses)
        expect(response.headers.get("content-type")).toMatch("application/problem+json");
    });

    it("hands over a reviewer's answer once", async () => {
      const id = await submitted({ reason: BEHAVIOUR.reviewed });
      await expect.poll(() => status(id)).toBe("in_review");
      const answer = { outcome: "approve", reviewer: "r.diaz" };
      const decided = await post(`/${id}/decision`, answer);
      expect([decided.status, await decided.json()]).toEqual([200, { claimId: id, outcome: "approve" }]);
      await expect.poll(() => status(id)).toBe("approved");
      expect((await post(`/${id}/decision`, answer)).status).toBe(409);
    });

    it("withdraws a claim once", async () => {
      const id = await submitted({ reason: BEHAVIOUR.reviewed });
      await expect.poll(() => status(id)).toBe("in_review");
      const headers = { "content-type": "application/json" };
      expect((await post(`/${id}/withdraw`, undefined, headers)).status).toBe(202);
      await expect.poll(() => status(id)).toBe("withdrawn");
      expect((await post(`/${id}/withdraw`)).status).toBe(409);
    });

    it("streams events as they happen, and ends after the decision", async () => {
      const id = await submitted({ reason: BEHAVIOUR.reviewed });
      const response = await events(id);
      expect(response.headers.get("content-type")).toBe("text/event-stream");
      expect(response.headers.get("x-content-type-options")).toBe("nosniff");
      const seen = [];
      for await (const { id: seq, event, data } of readEvents(response)) {
        seen.push({ seq, event, data: JSON.parse(data) });
        if (event === "in_review") await post(`/${id}/decision`, { outcome: "approve" });
      }
      expect(seen.map(({ seq, event }) => [seq, event])).toEqual([
        ["1", "received"],
        ["2", "in_review"],
        ["3", "decided"],
      ]);
      expect(seen[2]!.data).toMatchObject({
        seq: 3,
        entry: { decision: { claimId: id, status: "approved" } },
      });
    });

    it("resumes after the last event seen, and says when there is nothing to come", async () => {
      const id = await submitted({ reason: BEHAVIOUR.approved });
      await expect.poll(() => status(id)).toBe("approved");
      const seqs = [];
      for await (const { id: seq } of readEvents(await events(id, 1))) seqs.push(seq);
      expect(seqs).toEqual(["2"]);
      expect((await events(id, 2)).status).toBe(204);
      expect((await events(id, 99)).status).toBe(204);
    });

    it("keeps an idle stream alive, and stops asking when the client is gone", async () => {
      const id = await submitted({ reason: BEHAVIOUR.reviewed });
      const gone = new AbortController();
      const response = await events(id, undefined, gone.signal);
      const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();
      let text = "";
      while (!text.includes(": heartbeat")) text += (await reader.read()).value;
      expect(text).toContain("retry: 2000");
      gone.abort();
      await reader.closed.catch(() => {});
      const openPolls = () =>
        bed().server.query(
          `SELECT id FROM sys_invocation WHERE target = 'ClaimTimeline/${id}/events' AND status != 'completed'`,
          anyRow,
        );
      await expect.poll(openPolls, { timeout: 10_000 }).toEqual([]);
      const polls = bed().endpoint.attempts("ClaimTimeline", "events");
      await delay(500);
      expect(bed().endpoint.attempts("ClaimTimeline", "events")).toBe(polls);
    });

    it("ends its streams when it stops", async () => {
      const another = await listeningGateway(bed().server.ingressUrl);
      const id = await submitted({ reason: BEHAVIOUR.reviewed });
      const response = await fetch(`${another.url}/api/claims/${id}/events`);
      const stream = readEvents(response);
      expect((await stream.next()).value).toMatchObject({ event: "received" });
      const started = Date.now();
      await another.close();
      await expect.poll(async () => (await stream.next()).done).toBe(true);
      expect(Date.now() - started).toBeLessThan(2_000);
    });
  },
  { services: standIns },
);

describe("while something is away", () => {
  let bed: Awaited<ReturnType<typeof startTestBed>>;
  let gateway: Gateway;
  const { get, post, submit, submitted, events } = client(() => gateway);
  beforeAll(async () => {
    bed = await startTestBed("default", { services: standIns });
    gateway = await listeningGateway(bed.server.ingressUrl, { restateTimeoutMs: 1_000 });
  });
  afterAll(async () => {
    await gateway?.close();
    await bed?.stop();
  });

  it("ends as a process on SIGTERM, with a stream open and a request under way", async () => {
    const port = String(await freePort());
    const process = await startServiceProcess({
      entry: new URL("./main.ts", import.meta.url),
      env: { PORT: port, HOST: "127.0.0.1", RESTATE_INGRESS_URL: bed.server.ingressUrl },
      readyUrl: `http://127.0.0.1:${port}/readyz`,
    });
    const id = await submitted({ reason: BEHAVIOUR.reviewed });
    const stream = readEvents(await fetch(`${process.url}/api/claims/${id}/events`));
    await stream.next();
    // The gateway asks for the body: it has the request, and still waits for it when it is stopped.
    const underWay = request(`${process.url}/api/claims/${id}/decision`, {
      method: "POST",
      headers: { expect: "100-continue", "content-type": "application/json" },
    });
    underWay.flushHeaders();
    await once(underWay, "continue");
    const exit = process.stop();
    await process.waitForLine(/stopping/);
    underWay.end(JSON.stringify({ outcome: "approve" }));
    const [response]: IncomingMessage[] = await once(underWay, "response");
    expect(response?.statusCode).toBe(200);
    response?.resume();
    expect(await exit).toBe(0);
    expect(process.output().join("")).toContain("stopped");
  });

  it("answers 503 without Restate, and a stream goes on when it is back", async () => {
    const id = await submitted({ reason: BEHAVIOUR.reviewed });
    const stream = readEvents(await events(id));
    expect((await stream.next()).value).toMatchObject({ event: "received" });
    expect((await stream.next()).value).toMatchObject({ event: "in_review" });

    await bed.server.kill();
    const responses = await Promise.all([
      submit({}),
      submit({}, "some-key"),
      get(`/${id}`),
      get(`/${id}/events`),
      post(`/${id}/decision`, { outcome: "approve" }),
      post(`/${id}/withdraw`),
      fetch(`${gateway.url}/readyz`),
    ]);
    expect(responses.map((response) => response.status)).toEqual([503, 503, 503, 503, 503, 503, 503]);
    for (const response of responses) {
      expect(response.headers.get("retry-after")).toBe("5");
      expect(await problemOf(response)).toEqual([503, "unavailable"]);
    }
    expect((await fetch(`${gateway.url}/livez`)).status).toBe(200);

    await bed.server.restart();
    expect((await fetch(`${gateway.url}/readyz`)).status).toBe(200);
    expect((await post(`/${id}/decision`, { outcome: "approve" })).status).toBe(200);
    expect((await stream.next()).value).toMatchObject({ id: "3", event: "decided" });
    expect((await stream.next()).done).toBe(true);
  });

  it("accepts claims without the coordinator, with and without a key", async () => {
    await bed.endpoint.stop();
    const accepted = await Promise.all([submit({}), submit({}, "a-new-key")]);
    expect(accepted.map(({ status }) => status)).toEqual([202, 202]);
    const claimId = await claimIdOf(accepted[0]!);
    expect(await problemOf(await get(`/${claimId}`))).toEqual([504, "timeout"]);
    // Whether it is the same claim, only the coordinator knows.
    expect((await submit({}, "a-new-key")).status).toBe(504);
  });
});
