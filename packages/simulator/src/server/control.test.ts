import { expect, test } from "vitest";
import { clientOf, simulatorForTest } from "../../test/support.ts";

async function send(url: string, method: string, body?: unknown, key?: string): Promise<[number, unknown]> {
  const response = await fetch(url, {
    method,
    headers: {
      ...(body === undefined ? {} : { "content-type": "application/json" }),
      ...(key && { authorization: `Bearer ${key}` }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  return [response.status, text === "" ? undefined : JSON.parse(text)];
}

test("faults, settings, counters and reset over HTTP", async () => {
  const simulator = await simulatorForTest();
  const control = `${simulator.url}/control`;
  const ask = () => clientOf(simulator).responses.create({ model: "m", input: "hi" });

  const [created, fault] = await send(`${control}/faults`, "POST", { kind: "status", status: 503, times: 5 });
  expect(created).toBe(201);
  await expect(ask()).rejects.toMatchObject({ status: 503 });
  const { id } = fault as { id: string };
  expect(await send(`${control}/faults/${id}`, "DELETE")).toEqual([204, undefined]);
  expect((await send(`${control}/faults/${id}`, "DELETE"))[0]).toBe(404);
  await send(`${control}/faults`, "POST", { kind: "hang" });
  expect(await send(`${control}/faults`, "DELETE")).toEqual([204, undefined]);
  await ask();

  const settings = { latencyMs: 5, obedient: true };
  expect(await send(`${control}/settings`, "PUT", { obedient: true })).toEqual([
    200,
    { ...settings, latencyMs: 0 },
  ]);
  expect(await send(`${control}/settings`, "PUT", { latencyMs: 5 })).toEqual([200, settings]);
  expect(await send(`${control}/stats`, "GET")).toEqual([200, simulator.stats()]);
  expect(simulator.stats().total).toBe(2);
  expect((await send(`${control}/reset`, "POST"))[0]).toBe(204);
  expect(simulator.stats().total).toBe(0);
});

test.each([
  ["/control/faults", "POST", { kind: "explode" }, "kind"],
  ["/control/faults", "POST", { kind: "status", status: 200 }, "status"],
  ["/control/faults", "POST", { kind: "hang", match: { agent: 5 } }, "match.agent"],
  ["/control/settings", "PUT", { latencyMs: "soon" }, "latencyMs"],
])("%s %s %o names the field", async (path, method, body, field) => {
  const simulator = await simulatorForTest();
  expect(await send(simulator.url + path, method, body)).toMatchObject([400, { error: { param: field } }]);
});

test("another key gets OpenAI's 401, in all but the health check", async () => {
  const simulator = await simulatorForTest({ apiKey: "right" });
  const list = (key: string) => clientOf(simulator, key).models.list();
  await expect(list("wrong")).rejects.toMatchObject({ status: 401, code: "invalid_api_key" });
  expect((await list("right")).data).toHaveLength(1);
  expect((await send(`${simulator.url}/control/stats`, "GET"))[0]).toBe(401);
  expect((await send(`${simulator.url}/control/stats`, "GET", undefined, "right"))[0]).toBe(200);
  expect(await send(`${simulator.url}/healthz`, "GET")).toEqual([200, { status: "ok" }]);
});

test("broken JSON and unknown paths get OpenAI's error shape", async () => {
  const { url } = await simulatorForTest();
  const broken = await fetch(`${url}/v1/responses`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: '{"secret": 12',
  });
  expect(broken.status).toBe(400);
  const text = await broken.text();
  expect(JSON.parse(text)).toMatchObject({ error: { type: "invalid_request_error" } });
  expect(text).not.toContain("secret");
  expect(await send(`${url}/v1/nope?x=secret`, "GET")).toMatchObject([404, { error: { param: null } }]);
});

test("a port that is in use is reported as such", async () => {
  const first = await simulatorForTest();
  const port = Number(new URL(first.url).port);
  await expect(simulatorForTest({ port })).rejects.toMatchObject({ code: "EADDRINUSE" });
});
