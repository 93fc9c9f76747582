import { expect, test } from "vitest";
import { requestWith, user } from "../../test/support.ts";
import { hashOf } from "../ids.ts";
import { CallLedger } from "./ledger.ts";

test("keeps the last 10,000 calls and counts all", () => {
  const ledger = new CallLedger();
  for (let at = 1; at <= 10_050; at += 1) {
    const request = requestWith({ instructions: `agent ${at}`, items: [user(String(at))] });
    ledger.answered(ledger.begin(request, hashOf(request)), 200);
  }
  const { calls, total, byAgent, byConversation, peakInFlight } = ledger.stats();
  expect(total).toBe(10_050);
  expect(calls).toHaveLength(10_000);
  expect(calls[0]?.seq).toBe(51);
  expect(Object.keys(byAgent)).toHaveLength(10_000);
  expect(Object.keys(byConversation)).toHaveLength(10_000);
  expect(peakInFlight).toBe(1);
});

test("a call that is made again after an error is repeated, but not after an answer", () => {
  const ledger = new CallLedger();
  const request = requestWith({ items: [user("x")] });
  const once = (status: number): void => ledger.answered(ledger.begin(request, "hash"), status);
  once(503);
  once(200);
  expect(ledger.stats()).toMatchObject({ repeated: 1, repeatedAfterAnswer: 0 });
  once(200);
  expect(ledger.stats()).toMatchObject({ repeated: 2, repeatedAfterAnswer: 1 });
});
