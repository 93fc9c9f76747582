import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { sampleClaim } from "@holdfast/contracts";
import type { FastifyBaseLogger } from "fastify";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { AppOptions } from "./app.ts";
import { testApp } from "./test-support.ts";

// Stands where Restate would, and counts what arrives.
let restate: Server;
let restateUrl: string;
let requests = 0;
let answer: { status: number; body: string } = { status: 500, body: "" };
let app: Awaited<ReturnType<typeof testApp>>;

const NOW = new Date("2025-03-10T12:00:00Z");

beforeAll(async () => {
  restate = createServer((_request, response) => {
    requests++;
    response.writeHead(answer.status, { "content-type": "application/json" }).end(answer.body);
  });
  await new Promise<void>((resolve) => restate.listen(0, "127.0.0.1", resolve));
  restateUrl = `http://127.0.0.1:${(restate.address() as AddressInfo).port}`;
});
afterAll(() => new Promise((resolve) => restate.close(resolve)));
beforeEach(() => {
  requests = 0;
});
afterEach(() => app.close());

async function start(options: Partial<AppOptions> = {}) {
  app = await testApp(restateUrl, { now: () => NOW, ...options });
}

function submit(body: string | object, headers: Record<string, string> = {}) {
  return app.inject({
    method: "POST",
    url: "/api/claims",
    headers: { "content-type": "application/json", ...headers },
    payload: typeof body === "string" ? body : JSON.stringify(body),
  });
}

const amount = (json: string) => JSON.stringify(sampleClaim).replace("3000", json);
const SECRET = "s3cret-value";

describe("a claim with a fault is refused with its reason, and never gets to Restate", () => {
  beforeEach(() => start());

  it.each([
    ["a negative amount", amount("-1"), 400, "amount: must be more than 0"],
    ["an amount of zero", amount("0"), 400, "amount: must be more than 0"],
    ["NaN", amount("NaN"), 400, "the body is not valid JSON"],
    ["an infinite amount", amount("1e400"), 400, "amount: must be a number"],
    ["an amount beyond all", amount("1e300"), 400, "amount: must be at most 10000000"],
    ["an amount as text", amount('"3000"'), 400, "amount: must be a number"],
    ["no amount", JSON.stringify({ ...sampleClaim, amount: undefined }), 400, "amount: is required"],
    ["three decimals", amount("10.005"), 400, "amount: must have at most two decimals"],
    [
      "an impossible date",
      { ...sampleClaim, date: "2024-02-30" },
      400,
      "date: must be a calendar date, YYYY-MM-DD",
    ],
    ["a date in the future", { ...sampleClaim, date: "2025-03-12" }, 400, "date: must not be in the future"],
    ["an empty reason", { ...sampleClaim, reason: "  " }, 400, "reason: must not be empty"],
    [
      "a reason of a megabyte",
      { ...sampleClaim, reason: "x".repeat(1024 * 1024) },
      400,
      "reason: must be at most 2000 characters long",
    ],
    ["another field", { ...sampleClaim, [SECRET]: SECRET }, 400, "has fields that are not part of it"],
    ["a prototype", amount('3000,"__proto__":{"a":1}'), 400, "has fields that are not part of it"],
    ["broken JSON", `{"reason": ${SECRET}`, 400, "the body is not valid JSON"],
    ["a list", "[]", 400, "must be an object"],
    ["an empty body", "", 400, "the body is empty; send JSON"],
    [
      "a category that is no slug",
      { ...sampleClaim, category: `${SECRET} ` },
      400,
      "category: must be a slug of lower-case letters, digits and dashes",
    ],
    [
      "an unknown category",
      { ...sampleClaim, category: SECRET },
      422,
      "category: must be one of dental, orthopedic",
    ],
  ])("%s", async (_name, body, status, detail) => {
    const response = await submit(body);
    expect(response.headers["content-type"]).toMatch("application/problem+json");
    expect(response.json()).toEqual({
      type: status === 422 ? "urn:holdfast:problem:unknown-category" : "urn:holdfast:problem:invalid-request",
      title: expect.any(String),
      status,
      detail,
      instance: expect.stringMatching(/^urn:uuid:[0-9a-f-]{36}$/),
      errors: [
        {
          field: detail.includes(": ") ? detail.replace(/: .*/, "") : "",
          rule: detail.replace(/^\w+: /, ""),
        },
      ],
    });
    expect(response.statusCode).toBe(status);
    expect(response.body).not.toContain(SECRET);
    expect(requests).toBe(0);
  });

  it("no body at all", async () => {
    const response = await app.inject({ method: "POST", url: "/api/claims" });
    expect([response.statusCode, response.json().detail]).toEqual([400, "the body is empty; send JSON"]);
    expect(requests).toBe(0);
  });

  it.each([
    ["a body of another type", { "content-type": "text/plain" }, "hello", 415, "unsupported-media-type"],
    ["a body of no type", { "content-type": "" }, "hello", 415, "unsupported-media-type"],
    ["a body beyond the limit", {}, "x".repeat(3 * 1024 * 1024), 413, "body-too-large"],
    ["an empty idempotency key", { "idempotency-key": "" }, "", 400, "invalid-request"],
    ["a key with spaces", { "idempotency-key": "a b" }, "", 400, "invalid-request"],
    ["a key that is too long", { "idempotency-key": "k".repeat(256) }, "", 400, "invalid-request"],
  ])("%s", async (_name, headers, body, status, kind) => {
    const response = await submit(body || sampleClaim, headers as Record<string, string>);
    expect([response.statusCode, response.json().type]).toEqual([status, `urn:holdfast:problem:${kind}`]);
    expect(requests).toBe(0);
  });

  it("every field that is wrong at once", async () => {
    const response = await submit({ ...sampleClaim, date: "yesterday", amount: -1, reason: "" });
    expect(response.json().errors.map((error: { field: string }) => error.field)).toEqual([
      "date",
      "reason",
      "amount",
    ]);
  });

  it.each([
    ["GET", `/api/claims/${"a".repeat(101)}`, undefined, "id"],
    ["GET", `/api/claims/${"a".repeat(300)}/events`, undefined, "id"],
    ["POST", `/api/claims/${"a%20".repeat(51)}/withdraw`, undefined, "id"],
    ["POST", "/api/claims/a/decision", { outcome: SECRET }, "outcome"],
    ["POST", "/api/claims/a/decision", { outcome: "approve", amount: -1 }, "amount"],
  ] as const)("%s %s", async (method, url, body, field) => {
    const response = await app.inject({ method, url, ...(body && { payload: body }) });
    expect(response.statusCode).toBe(400);
    expect(response.json().errors).toEqual([{ field, rule: expect.any(String) }]);
    expect(response.body).not.toContain(SECRET);
    expect(requests).toBe(0);
  });

  it.each(["-1", "1.5", "abc", "", "9".repeat(16)])("Last-Event-ID %s", async (id) => {
    const response = await app.inject({ url: "/api/claims/a/events", headers: { "last-event-id": id } });
    expect(response.json().errors).toEqual([
      { field: "last-event-id", rule: "must be a whole number, 0 or more" },
    ]);
    expect(requests).toBe(0);
  });
});

it("takes a date that has begun somewhere on earth", async () => {
  await start();
  answer = { status: 202, body: '{"invocationId":"inv_1","status":"Accepted"}' };
  const response = await submit({ ...sampleClaim, date: "2025-03-11" });
  expect(response.statusCode).toBe(202);
  expect(response.json()).toEqual({
    claimId: expect.stringMatching(/^clm_[0-9a-f]{32}$/),
    status: "received",
  });
  expect(response.headers.location).toBe(`/api/claims/${response.json().claimId}`);
  expect(requests).toBe(1);
});

it.each([
  ["GET", "/nothing"],
  ["GET", "/api/nothing"],
  ["DELETE", "/api/claims/a"],
  ["POST", "/restate/awakeables/prom_1/resolve"],
  ["POST", "/Claim/a/get"],
] as const)("has nothing at %s %s", async (method, url) => {
  await start();
  const response = await app.inject({ method, url });
  expect([response.statusCode, response.json().type]).toEqual([404, "urn:holdfast:problem:not-found"]);
  expect(requests).toBe(0);
});

it("refuses a path that is not encoded right, without repeating it", async () => {
  await start();
  const response = await app.inject({ url: `/api/claims/%zz${SECRET}` });
  expect(response.statusCode).toBe(400);
  expect(response.body).not.toContain(SECRET);
});

describe("with a token", () => {
  beforeEach(() => start({ token: "the-token" }));

  it.each([undefined, "Bearer wrong", "Bearer the-token-and-more", "Basic the-token", "Bearer "])(
    "refuses %s",
    async (authorization) => {
      const response = await app.inject({
        url: "/api/claims/a",
        headers: authorization === undefined ? {} : { authorization },
      });
      expect([response.statusCode, response.headers["www-authenticate"]]).toEqual([401, "Bearer"]);
      expect(response.json().type).toBe("urn:holdfast:problem:unauthorized");
      expect(requests).toBe(0);
    },
  );

  it("takes the right one", async () => {
    answer = { status: 404, body: '{"message":"no","source":"invocation"}' };
    const headers = { authorization: "bearer the-token" };
    expect((await app.inject({ url: "/api/claims/a", headers })).statusCode).toBe(404);
  });

  it.each(["/livez", "/openapi.json"])("asks for none at %s", async (url) => {
    expect((await app.inject({ url })).statusCode).toBe(200);
  });
});

it("limits the requests of one address, those with a wrong token too", async () => {
  await start({ token: "the-token", rateLimit: { max: 2, windowMs: 60_000 } });
  const statuses = [];
  for (let i = 0; i < 3; i++) statuses.push((await app.inject({ url: "/api/claims/a" })).statusCode);
  const limited = await app.inject({ url: "/nothing" });
  expect([...statuses, limited.statusCode]).toEqual([401, 401, 429, 429]);
  expect(Number(limited.headers["retry-after"])).toBeGreaterThan(0);
  expect((await app.inject({ url: "/livez" })).statusCode).toBe(200);
});

it("is ready when Restate is", async () => {
  await start();
  answer = { status: 200, body: "{}" };
  expect((await app.inject({ url: "/readyz" })).statusCode).toBe(200);
  answer = { status: 503, body: "" };
  expect((await app.inject({ url: "/readyz" })).statusCode).toBe(503);
});

it("logs what happened, and nothing that was sent", async () => {
  const lines: string[] = [];
  const write = (...line: unknown[]) => void lines.push(JSON.stringify(line));
  const logger: FastifyBaseLogger = {
    level: "trace",
    child: () => logger,
    silent: write,
    ...{ fatal: write, error: write, warn: write, info: write, debug: write, trace: write },
  };
  await start({ logger, token: SECRET });
  const headers = { authorization: `Bearer ${SECRET}`, "user-agent": SECRET };
  answer = { status: 502, body: SECRET };
  await submit({ ...sampleClaim, claimant: SECRET }, headers);
  await submit({ ...sampleClaim, category: SECRET }, headers);
  await submit(`{${SECRET}`, headers);
  await app.inject({ url: `/api/claims/clm_1?${SECRET}`, headers });
  await app.inject({ url: `/${SECRET}`, headers });
  expect(lines.filter((line) => line.includes('"request"'))).toHaveLength(5);
  expect(lines.join("")).toContain('"claimId":"clm_1"');
  expect(lines.join("")).not.toContain(SECRET);
  expect(lines.join("")).not.toContain("127.0.0.1");
});

it("describes itself", async () => {
  await start();
  const document = (await app.inject({ url: "/openapi.json" })).json();
  expect(Object.keys(document.paths).sort()).toEqual([
    "/api/claims",
    "/api/claims/{id}",
    "/api/claims/{id}/decision",
    "/api/claims/{id}/events",
    "/api/claims/{id}/reassess",
    "/api/claims/{id}/withdraw",
    "/api/invocations/{id}/progress",
  ]);
});
