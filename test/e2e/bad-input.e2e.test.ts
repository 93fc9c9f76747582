// Input that makes no sense, straight at Restate's ingress: refused at once, with the field and the rule and never the
// value, and without a retry, an effect or a model call.

import { sampleClaim } from "@holdfast/contracts";
import { waitForStatus } from "@holdfast/testing";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { newClaimId, viewOf } from "./support/claims.ts";
import { useSystem } from "./system.ts";

const CANARY = "canary-58c1";

const lines: string[] = [];
const system = useSystem({ env: { LOG_LEVEL: "debug" }, onLine: (_agent, line) => lines.push(line) });

// What the SDK puts before the message of a serde.
const SDK_PREFIX = "Failed to deserialize input: ";

interface Reply {
  readonly status: number;
  readonly message: string;
}

async function post(path: string, body: string | undefined): Promise<Reply> {
  const response = await fetch(`${system().server.ingressUrl}/${path}`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    ...(body !== undefined && { body }),
  });
  const text = await response.text();
  expect(text).not.toContain(CANARY);
  const { message } = z.object({ message: z.string() }).parse(JSON.parse(text));
  return { status: response.status, message: message.replace(SDK_PREFIX, "") };
}

const failureRow = z.object({
  id: z.string(),
  status: z.string(),
  retry_count: z.number().optional(),
  completion_failure: z.string().optional(),
  last_failure: z.string().optional(),
});

/** Nothing came of it: every invocation has ended by its first failure, which says nothing of the value. */
async function expectNoEffect(): Promise<void> {
  const { server, simulator } = system();
  const columns = Object.keys(failureRow.shape).join(", ");
  const invocations = await server.query(`SELECT ${columns} FROM sys_invocation`, failureRow);
  expect(invocations.filter(({ status }) => status !== "completed")).toEqual([]);
  expect(JSON.stringify(invocations)).not.toContain(CANARY);
  expect(await server.query("SELECT event_type FROM sys_journal_events", z.unknown())).toEqual([]);
  expect(await server.query("SELECT key FROM state", z.unknown())).toEqual([]);
  expect(simulator.stats().total).toBe(0);
  expect(lines.filter((line) => line.includes(CANARY))).toEqual([]);
}

const claimCases: [string, Readonly<Record<string, unknown>> | string | undefined, string][] = [
  ["a negative amount", { amount: -3000 }, "amount: must be more than 0"],
  ["no amount of money", { amount: 0 }, "amount: must be more than 0"],
  ["an amount that is no number", { amount: Number.NaN }, "amount: must be a number"],
  ["a huge amount", { amount: 1e308 }, "amount: must be at most 10000000"],
  ["an amount above the largest", { amount: 10_000_001 }, "amount: must be at most 10000000"],
  ["an amount as text", { amount: CANARY }, "amount: must be a number"],
  ["fractions of a cent", { amount: 10.005 }, "amount: must have at most two decimals"],
  ["a date that does not exist", { date: "2024-02-30" }, "date: must be a calendar date, YYYY-MM-DD"],
  ["a date in words", { date: CANARY }, "date: must be a calendar date, YYYY-MM-DD"],
  ["an empty reason", { reason: "  " }, "reason: must not be empty"],
  [
    "a reason of a megabyte",
    { reason: CANARY.repeat(100_000) },
    "reason: must be at most 2000 characters long",
  ],
  ["a field too few", { placeOfService: undefined }, "placeOfService: is required"],
  [
    "a category that is no slug",
    { category: `${CANARY} ${CANARY}` },
    "category: must be a slug of lower-case letters, digits and dashes",
  ],
];

const bodyCases: [string, string | undefined, string][] = [
  ["broken JSON", `{"reason": "${CANARY}`, "the body is not valid JSON"],
  ["no JSON at all", CANARY, "the body is not valid JSON"],
  ["an empty body", "", "input validation error: Empty body not allowed"],
  ["no body", undefined, "input validation error: Empty body not allowed"],
  ["null", "null", "must be an object"],
  ["an array", `["${CANARY}"]`, "must be an object"],
  ["a text", `"${CANARY}"`, "must be an object"],
];

const plain = (claim: object): object => claim;
const targets: { handler: string; path: () => string; wrap: (claim: object) => object; prefix?: string }[] = [
  { handler: "Claim/submit", path: () => `Claim/${newClaimId()}/submit`, wrap: plain },
  { handler: "ParallelAgentClaimApproval/run", path: () => "ParallelAgentClaimApproval/run", wrap: plain },
  {
    handler: "RemoteMultiAgentClaimApproval/run",
    path: () => "RemoteMultiAgentClaimApproval/run",
    wrap: plain,
  },
  { handler: "EligibilityAgent/run", path: () => "EligibilityAgent/run", wrap: plain },
  { handler: "FraudAgent/run", path: () => "FraudAgent/run", wrap: plain },
  { handler: "RateComparisonAgent/run", path: () => "RateComparisonAgent/run", wrap: plain },
  {
    handler: "HumanApprovalWorkflow/requestApproval",
    path: () => "HumanApprovalWorkflow/requestApproval",
    wrap: (claim) => ({ claim }),
    prefix: "claim.",
  },
];

describe.each(targets)("$handler", ({ path, wrap, prefix = "" }) => {
  it("refuses a claim that makes no sense", async () => {
    for (const [what, change, message] of claimCases) {
      const body = JSON.stringify(wrap({ ...sampleClaim, ...(change as object) }));
      // A problem of the whole has no field; that of a claim inside of a request has.
      const field = message.includes(": ") ? prefix : prefix && `${prefix.slice(0, -1)}: `;
      expect([what, await post(path(), body)]).toEqual([what, { status: 400, message: field + message }]);
    }
    await expectNoEffect();
  });

  it("refuses a body that is none", async () => {
    for (const [what, body, message] of bodyCases) {
      expect([what, await post(path(), body)]).toEqual([what, { status: 400, message }]);
    }
    await expectNoEffect();
  });
});

describe.each(targets.slice(0, 3))("$handler", ({ handler, path }) => {
  // Those that the product's services send one another pass over it: stored.test.ts.
  it("refuses a field too many", async () => {
    const body = JSON.stringify({ ...sampleClaim, [CANARY]: CANARY });
    expect(await post(path(), body)).toEqual({ status: 400, message: "has fields that are not part of it" });
    await expectNoEffect();
  });

  it("refuses an unknown category, and names the known ones", async () => {
    const reply = await post(path(), JSON.stringify({ ...sampleClaim, category: CANARY }));
    expect(reply.status).toBe(422);
    expect(reply.message).toMatch(/^category: must be one of cardiology, cosmetic, .*, vision$/);
    await expectNoEffect();
  });

  it("refuses a date in the future", async () => {
    expect(await post(path(), JSON.stringify({ ...sampleClaim, date: "9999-12-31" }))).toEqual({
      status: 400,
      message: "date: must not be in the future",
    });
    await expectNoEffect();
  });

  it("fails for good without a retry when nobody waits for the answer", async () => {
    const { server, send } = system();
    const [service = "", ...rest] = path().split("/");
    const options = handler.startsWith("Claim/") ? { key: rest[0] ?? "" } : {};
    const name = rest.at(-1) ?? "";
    const id = await send(service, name, { ...sampleClaim, amount: CANARY }, options);
    const row = await waitForStatus(server, id, ({ status }) => status === "completed");
    expect(row).toMatchObject({ completion_result: "failure" });
    expect(row.completion_failure).toContain("amount: must be a number");
    await expectNoEffect();
  });
});

describe("a claim", () => {
  it("needs an id that its agents take too", async () => {
    const reply = await post(`Claim/${"x".repeat(101)}/submit`, JSON.stringify(sampleClaim));
    expect(reply).toEqual({ status: 400, message: "claimId: must be at most 100 characters long" });
    await expectNoEffect();
  });

  it("refuses answers that make no sense before it asks whether there is such a claim", async () => {
    const cases: [object, string][] = [
      [{ outcome: CANARY }, 'outcome: Invalid option: expected one of "approve"|"deny"'],
      [{ outcome: "approve", amount: -1 }, "amount: must not be negative"],
      [{ outcome: "approve", amount: 1.005 }, "amount: must have at most two decimals"],
      [{ outcome: "approve", [CANARY]: 1 }, "has fields that are not part of it"],
      [{}, "outcome: is required"],
    ];
    for (const [body, message] of cases) {
      expect(await post("Claim/unknown/decide", JSON.stringify(body))).toEqual({ status: 400, message });
    }
    await expect(viewOf(system(), "unknown")).rejects.toMatchObject({ status: 404 });
    await expectNoEffect();
  });
});

describe("Chat/message", () => {
  const send = (body: string | undefined) => post("Chat/bad/message", body);

  it.each<[string, string | undefined, string]>([
    ["no message", "{}", "message: is required"],
    ["an empty message", '{"message":" "}', "message: must not be empty"],
    ["a number", '{"message":1}', "message: must be a string"],
    [
      "a megabyte",
      JSON.stringify({ message: CANARY.repeat(100_000) }),
      "message: Too big: expected string to have <=20000 characters",
    ],
    ["a field too many", `{"message":"hi","${CANARY}":1}`, "has fields that are not part of it"],
    ...bodyCases,
  ])("refuses %s", async (_what, body, message) => {
    expect(await send(body)).toEqual({ status: 400, message });
    await expectNoEffect();
  });

  it("refuses to submit it in a way that there is not", async () => {
    const body = JSON.stringify({ message: "hi", ifBusy: CANARY });
    const { status, message } = await post("Chat/bad/submit", body);
    expect(status).toBe(400);
    expect(message).toMatch(/^ifBusy: /);
    await expectNoEffect();
  });
});
