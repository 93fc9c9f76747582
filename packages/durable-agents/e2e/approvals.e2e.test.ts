// Tools that need an approval wait in place, durably: asked once, answered by id, at any depth, streaming or not.

import { describeModes, type TestBed } from "@holdfast/testing";
import { describe, expect, it } from "vitest";
import type { ApprovalAnswer, ApprovalRequest } from "../src/approvals/index.ts";
import { ask, type DeskInput, deskModels, deskServices, refund } from "./approval-desk.ts";
import { ApprovalInbox } from "./approval-inbox.ts";

const inbox = new ApprovalInbox();
const models = deskModels();

const NOT_APPROVED = "Tool execution was not approved.";
const RULE = /^the answer must be true, false, /;

/** Starts a run and answers its requests in turn; gives its output. */
async function answering(
  bed: TestBed,
  input: DeskInput,
  ...answers: readonly (ApprovalAnswer | boolean)[]
): Promise<{ id: string; output: string; calls: number }> {
  const before = models.calls();
  const id = await bed.send("Desk", "run", input);
  for (const [n, answer] of answers.entries()) {
    await bed.resolveAwakeable((await inbox.asked(id, n + 1)).id, answer);
  }
  const output = await bed.attach<string>(id);
  expect(inbox.requests(id)).toHaveLength(answers.length);
  return { id, output, calls: models.calls() - before };
}

async function resolveRaw({ server }: TestBed, awakeable: string, body: string | Uint8Array): Promise<void> {
  const response = await fetch(`${server.ingressUrl}/restate/awakeables/${awakeable}/resolve`, {
    method: "POST",
    body,
  });
  expect(response.ok).toBe(true);
}

describeModes(
  "approvals",
  (bed) => {
    describe("an answer", () => {
      it.each([true, { decision: "approve" } as const])("approves: %j", async (answer) => {
        const { id, output, calls } = await answering(bed(), { agent: "desk", calls: [refund(100)] }, answer);
        expect(output).toBe("refunded 100 to Ann");
        expect(calls).toBe(2);
        expect(inbox.effects(id)).toEqual(["refunded 100 to Ann"]);
        expect(inbox.requests(id)).toEqual([
          {
            id: expect.stringMatching(/^sign_/),
            agent: "desk",
            tool: "refund",
            callId: "call_0_0_refund",
            arguments: { amount: 100, to: "Ann" },
          } satisfies ApprovalRequest,
        ]);
      });

      it.each([
        [false, NOT_APPROVED],
        [{ decision: "reject" }, NOT_APPROVED],
        [{ decision: "reject", message: "Ask Bob." }, `${NOT_APPROVED} Ask Bob.`],
      ] as const)("rejects: %j", async (answer, told) => {
        const { id, output, calls } = await answering(bed(), { agent: "desk", calls: [refund(1)] }, answer);
        expect(output).toBe(told);
        expect(calls).toBe(2);
        expect(inbox.effects(id)).toEqual([]);
      });

      it("rejects by Restate's own line, with its reason", async () => {
        const id = await bed().send("Desk", "run", { agent: "desk", calls: [refund(1)] });
        await bed().rejectAwakeable((await inbox.asked(id)).id, "Not today.");
        expect(await bed().attach(id)).toBe(`${NOT_APPROVED} Not today.`);
        expect(inbox.effects(id)).toEqual([]);
      });

      it.each([
        ["wording", "refund: approval_rejected. Ask Bob."],
        ["broken", `${NOT_APPROVED} Ask Bob.`],
      ] as const)("is worded by the SDK's toolErrorFormatter: %s", async (formatted, told) => {
        const input: DeskInput = { agent: "desk", calls: [refund(1)], formatted };
        const { output } = await answering(bed(), input, { decision: "reject", message: "Ask Bob." });
        expect(output).toBe(told);
      });

      it("edits the arguments, and the model reads that", async () => {
        const edited = { amount: 7, to: "Bob" };
        const { id, output } = await answering(
          bed(),
          { agent: "desk", calls: [refund(100)] },
          { decision: "edit", arguments: edited },
        );
        expect(output).toBe(
          `The reviewer changed the arguments of this call to ${JSON.stringify(edited)}.\nrefunded 7 to Bob`,
        );
        expect(inbox.effects(id)).toEqual(["refunded 7 to Bob"]);
      });

      it("edits the arguments of a tool whose result is no text", async () => {
        const { output } = await answering(
          bed(),
          { agent: "desk", calls: [{ tool: "structured", args: { what: "a" } }] },
          { decision: "edit", arguments: { what: "b" } },
        );
        expect(output).toBe(
          'The reviewer changed the arguments of this call to {"what":"b"}. + structured b',
        );
      });

      it("is asked for again when the edited arguments do not fit", async () => {
        const { id, output } = await answering(
          bed(),
          { agent: "desk", calls: [refund(100)] },
          { decision: "edit", arguments: { amount: "secret" } },
          { decision: "edit", arguments: { amount: 5000, to: "Eve" } },
          { decision: "edit", arguments: { amount: 1, to: "Bob" } },
        );
        expect(output).toMatch(/refunded 1 to Bob$/);
        expect(inbox.effects(id)).toEqual(["refunded 1 to Bob"]);
        const [first, second, third] = inbox.requests(id);
        expect(first).not.toHaveProperty("insteadOf");
        expect(second).toEqual({ ...first, id: second?.id, insteadOf: second?.insteadOf });
        expect(second?.insteadOf).toEqual({ id: first?.id, reason: expect.stringContaining("amount: ") });
        expect(second?.insteadOf?.reason).not.toContain("secret");
        expect(third?.insteadOf).toEqual({
          id: second?.id,
          reason: expect.stringMatching(/the edited arguments do not fit: amount: .*1000/),
        });
      });

      it.each<[string, string | Uint8Array]>([
        ["nothing", ""],
        ["a word", "yes"],
        ["broken JSON", '{"decision": '],
        ["bytes", new Uint8Array([0xff, 0xfe, 0x00, 0x80])],
        ["null", "null"],
        ["an unknown decision", '{"decision": "maybe"}'],
        ["an edit that says approve", '{"decision": "approve", "arguments": {"amount": 1}}'],
      ])("is asked for again when it makes no sense: %s", async (_name, body) => {
        const id = await bed().send("Desk", "run", { agent: "desk", calls: [refund(3)] });
        const first = await inbox.asked(id);
        await resolveRaw(bed(), first.id, body);
        const second = await inbox.asked(id, 2);
        expect(second.insteadOf).toEqual({ id: first.id, reason: expect.stringMatching(RULE) });
        // The line of the first request leads nowhere now.
        await bed().resolveAwakeable(first.id, true);
        await bed().resolveAwakeable(second.id, true);
        expect(await bed().attach(id)).toBe("refunded 3 to Ann");
        expect(inbox.requests(id)).toHaveLength(2);
        expect(inbox.effects(id)).toEqual(["refunded 3 to Ann"]);
      });
    });

    describe("a call", () => {
      it("waits beside others, each with an answer of its own, in any order", async () => {
        const before = models.calls();
        const calls = [refund(1), { tool: "free", args: { what: "a" } }, refund(2), refund(3)];
        const id = await bed().send("Desk", "run", { agent: "desk", calls });
        await inbox.did(id, "free a");
        await inbox.asked(id, 3);
        const asked = [1, 2, 3].map((amount) =>
          inbox.requests(id).find(({ arguments: args }) => (args as { amount: number }).amount === amount),
        );
        await bed().resolveAwakeable(asked[2]?.id ?? "", true);
        await inbox.did(id, "refunded 3 to Ann");
        await bed().resolveAwakeable(asked[0]?.id ?? "", { decision: "reject", message: "No." });
        await bed().resolveAwakeable(asked[1]?.id ?? "", true);
        expect(await bed().attach(id)).toBe(
          `${NOT_APPROVED} No. | free a | refunded 2 to Ann | refunded 3 to Ann`,
        );
        expect(inbox.requests(id)).toHaveLength(3);
        expect(inbox.effects(id)).toEqual(["free a", "refunded 2 to Ann", "refunded 3 to Ann"]);
        expect(models.calls() - before).toBe(2);
      });

      it("needs no approval when its policy says so", async () => {
        const calls = ["small", "big"].map((what) => ({ tool: "plain", args: { what } }));
        const { id, output } = await answering(bed(), { agent: "desk", calls }, true);
        expect(output).toBe("plain small | plain big");
        expect(inbox.requests(id)).toMatchObject([{ tool: "plain", arguments: { what: "big" } }]);
      });

      it("goes to another service only when it is approved", async () => {
        const calls = [{ tool: "remote", args: { what: "a" } }];
        expect((await answering(bed(), { agent: "desk", calls }, true)).output).toBe("remote a");
        expect((await answering(bed(), { agent: "desk", calls }, false)).output).toBe(NOT_APPROVED);
      });

      it.each([
        ["arguments that do not fit", { amount: "many", to: "Ann" }, /^An error occurred/],
        ["arguments that are no object", { raw: '"all"' }, /^An error occurred/],
        ["arguments that are no JSON", { raw: "all of it" }, /^An error occurred while parsing/],
      ])("with %s reaches no person", async (_name, args, told) => {
        const { id, output } = await answering(bed(), {
          agent: "desk",
          calls: [{ tool: "refund", args }],
        });
        expect(output).toMatch(told);
        expect(inbox.effects(id)).toEqual([]);
      });

      it("whose policy cannot see the arguments waits, as in the SDK", async () => {
        const calls = [{ tool: "shapeless", args: { raw: "[1]" } }];
        const { id, output } = await answering(bed(), { agent: "desk", calls }, true);
        expect(output).toBe("shapeless");
        expect(inbox.requests(id)).toMatchObject([{ arguments: [1] }]);
      });

      it("is seen by the tool's guardrails once, before any person", async () => {
        const [good, bad] = ["good", "bad"].map((what) => ({ tool: "guarded", args: { what } }));
        const calls = [good, bad].filter((call) => call !== undefined);
        const { id, output } = await answering(bed(), { agent: "desk", calls }, true);
        expect(output).toBe("guarded good | the guardrail says no");
        expect(inbox.effects(id)).toEqual(["checked", "checked", "guarded good"]);
      });
    });

    describe.each([
      ["", false],
      [" in a streaming run", true],
    ] as const)("an agent used as a tool%s", (_name, stream) => {
      it.each([
        ["two deep", "front", [ask("ask", refund(1))], 4],
        ["three deep", "hall", [ask("ask", ask("ask", refund(1)))], 6],
        ["two deep, streaming", "front", [ask("ask_streaming", refund(1))], 4],
        ["three deep, streaming", "hall", [ask("ask_streaming", ask("ask_streaming", refund(1)))], 6],
      ] as const)("waits in place: %s", async (_depth, agent, calls, modelCalls) => {
        const before = models.calls();
        const approved = await answering(bed(), { agent, calls, stream }, true);
        expect(approved.output).toBe("refunded 1 to Ann");
        expect(inbox.effects(approved.id)).toEqual(["refunded 1 to Ann"]);
        expect(inbox.requests(approved.id)).toMatchObject([{ agent: "desk", tool: "refund" }]);
        const rejected = await answering(bed(), { agent, calls, stream }, false);
        expect(rejected.output).toBe(NOT_APPROVED);
        expect(inbox.effects(rejected.id)).toEqual([]);
        expect(models.calls() - before).toBe(2 * modelCalls);
      });

      it("waits for its own approval, then for that of its tool", async () => {
        const input: DeskInput = {
          agent: "front",
          calls: [ask("ask_if_approved", refund(1)), ask("ask_if_approved", refund(2))],
          stream,
        };
        const before = models.calls();
        const id = await bed().send("Desk", "run", input);
        await inbox.asked(id, 2);
        for (const request of inbox.requests(id)) {
          expect(request).toMatchObject({ agent: "front", tool: "ask_if_approved" });
          const first = JSON.stringify(request.arguments).includes(JSON.stringify(ask("", refund(1)).args));
          const answer = first || { decision: "reject", message: "Not that one." };
          await bed().resolveAwakeable(request.id, answer);
        }
        const third = await inbox.asked(id, 3);
        expect(third).toMatchObject({ agent: "desk", tool: "refund" });
        await bed().resolveAwakeable(third.id, true);
        expect(await bed().attach(id)).toBe(`refunded 1 to Ann | ${NOT_APPROVED} Not that one.`);
        expect(models.calls() - before).toBe(4);
      });

      it("lets several wait at once, deep and shallow", async () => {
        const input: DeskInput = {
          agent: "front",
          calls: [
            ask("ask", refund(1), refund(2)),
            ask("ask_streaming", refund(3)),
            ask("ask_too", refund(4)),
          ],
          stream,
        };
        const id = await bed().send("Desk", "run", input);
        await inbox.asked(id, 4);
        for (const request of [...inbox.requests(id)].reverse()) {
          await bed().resolveAwakeable(request.id, true);
        }
        const refunds = [1, 2, 3, 4].map((amount) => `refunded ${amount} to Ann`);
        expect(await bed().attach(id)).toBe(refunds.join(" | "));
        expect(inbox.requests(id)).toHaveLength(4);
        expect(inbox.effects(id)).toEqual(refunds);
      });
    });
  },
  { services: () => deskServices(inbox, models) },
);
