import { setTimeout as delay } from "node:timers/promises";
import { expect, it } from "vitest";
import { HttpProblem } from "../http/problem.ts";
import { answerProblem, callRestate } from "./call.ts";

const invocation = (message: string) => JSON.stringify({ message, source: "invocation" });
const ingress = (message: string) => JSON.stringify({ message, source: "ingress" });

it.each([
  [400, invocation("amount: must be a number"), 400, "amount: must be a number"],
  [404, invocation("There is no such claim."), 404, "There is no such claim."],
  [409, invocation("decided"), 409, "decided"],
  [422, invocation("category: must be one of a"), 422, "category: must be one of a"],
  [500, invocation("boom"), 502, "The claims service ended with 500"],
  [503, invocation("boom"), 502, "The claims service ended with 503"],
  [
    404,
    ingress("service 'Claim' not found"),
    503,
    "The claims service has not been registered with Restate yet",
  ],
  [503, "<html>", 503, "Restate answered 503; try again"],
  [502, ingress("away"), 503, "Restate answered 502; try again"],
  [429, "", 503, "Restate answered 429; try again"],
  [400, ingress("bad"), 502, "Restate answered 400"],
])("an answer of %i %s becomes %i", (status, body, expected, detail) => {
  const problem = answerProblem(status, body);
  expect([problem.statusCode, problem.message]).toEqual([expected, detail]);
  expect("retry-after" in problem.headers).toBe(expected === 503);
});

it("is a 504 when there is no answer in time", async () => {
  const call = callRestate(
    (signal) => delay(5_000, undefined, { signal }).catch(() => signal.throwIfAborted()),
    {
      timeoutMs: 10,
    },
  );
  await expect(call).rejects.toMatchObject({ statusCode: 504, headers: { "retry-after": "5" } });
});

it("throws the reason of the caller's own signal", async () => {
  const gone = AbortSignal.abort(new Error("gone"));
  const call = callRestate(async (signal) => signal.throwIfAborted(), { timeoutMs: 1_000, signal: gone });
  await expect(call).rejects.toThrow("gone");
});

it("is a 503 when nothing listens", async () => {
  const call = callRestate((signal) => fetch("http://127.0.0.1:1/", { signal }), { timeoutMs: 1_000 });
  await expect(call).rejects.toBeInstanceOf(HttpProblem);
  await expect(call).rejects.toMatchObject({ statusCode: 503 });
});
