// Ends tool calls that nobody answers: no time is left, the run ends beside it, or nobody can be asked.

import { describeModes, type TestBed } from "@holdfast/testing";
import { TerminalError } from "@restatedev/restate-sdk";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import type { ApprovalRequest } from "../src/approvals/index.ts";
import { ask, type DeskInput, deskModels, deskServices, refund } from "./approval-desk.ts";
import { ApprovalInbox } from "./approval-inbox.ts";

const inbox = new ApprovalInbox();
let called = Promise.withResolvers<void>();
const models = deskModels(() => {
  called.resolve();
  called = Promise.withResolvers();
});

const NOT_APPROVED = "Tool execution was not approved.";
const NOBODY = (agent: string, tool: string) =>
  new RegExp(
    `Agent \\\\"${agent}\\\\" has a tool \\\\"${tool}\\\\" that needs an approval.*plug-in approvals`,
  );

interface End {
  readonly id: string;
  readonly output: unknown;
  readonly error: unknown;
  readonly calls: number;
}

/** Runs to the end; `meanwhile` is done when the run has made its first `asked` requests. */
async function ending(
  bed: TestBed,
  input: DeskInput,
  asked = 0,
  meanwhile: (id: string) => Promise<unknown> = async () => {},
): Promise<End> {
  const before = models.calls();
  const id = await bed.send("Desk", "run", input);
  if (asked > 0) await inbox.asked(id, asked);
  await meanwhile(id);
  const end = await bed.attach(id).then(
    (output) => ({ output, error: undefined }),
    (error: unknown) => ({ output: undefined, error }),
  );
  return { id, ...end, calls: models.calls() - before };
}

async function journaled({ server }: TestBed, id: string, entry: string): Promise<number> {
  const sql = `SELECT entry_type FROM sys_journal WHERE id = '${id}' AND entry_type = '${entry}'`;
  return (await server.query(sql, z.object({ entry_type: z.string() }))).length;
}

/** Some requests reach nobody. */
function requested(invocation: string, request: ApprovalRequest): void {
  const { what } = WHAT.parse(request.arguments);
  if (what !== undefined) {
    inbox.effect(invocation, `not asked: ${what}`);
    throw what === "refused" ? new TerminalError(what) : new Error(what);
  }
  inbox.request(invocation, request);
}

const WHAT = z.object({ what: z.string().optional() });

const CANCELLED = { status: 409, body: expect.stringMatching(/cancelled/i) };

describeModes(
  "approvals without an answer",
  (bed) => {
    describe("when no time is left", () => {
      const timeout = { milliseconds: 50 };

      it.each([
        ["by default, tells the model", {}, `${NOT_APPROVED} Nobody answered in time.`],
        ["tells the model", { onTimeout: "reject" }, `${NOT_APPROVED} Nobody answered in time.`],
        [
          "tells the model what was chosen",
          { onTimeout: { decision: "reject", message: "Try tomorrow." } },
          `${NOT_APPROVED} Try tomorrow.`,
        ],
        ["makes the call", { onTimeout: "approve" }, "refunded 1 to Ann"],
      ] as const)("%s", async (_name, options, told) => {
        const approvals = { timeout, ...options };
        const end = await ending(bed(), { agent: "desk", calls: [refund(1)], approvals }, 1);
        expect(end).toMatchObject({ output: told, calls: 2 });
        expect(inbox.effects(end.id)).toEqual(told.startsWith("refunded") ? [told] : []);
        expect(inbox.requests(end.id)).toHaveLength(1);
      });

      it.each([
        ["fail", /Nobody answered in time whether the tool \\"refund\\" may be called/],
        [{ decision: "fail", message: "Too late." }, /Too late\./],
      ] as const)("ends the run: %j", async (onTimeout, message) => {
        const approvals = { timeout, onTimeout };
        for (const [agent, calls] of [
          ["desk", [refund(1)]],
          ["hall", [ask("ask", ask("ask_streaming", refund(1)))]],
        ] as const) {
          const end = await ending(bed(), { agent, calls, approvals }, 1);
          expect(end.error).toMatchObject({ status: 408, body: expect.stringMatching(message) });
          expect(inbox.effects(end.id)).toEqual([]);
        }
      });

      it("counts from the first request on, whatever is answered in between", async () => {
        const approvals = { timeout: 200, onTimeout: "reject" } as const;
        const end = await ending(bed(), { agent: "desk", calls: [refund(1)], approvals }, 1, async (id) => {
          await bed().resolveAwakeable(inbox.requests(id)[0]?.id ?? "", "what?");
          await inbox.asked(id, 2);
        });
        expect(end.output).toBe(`${NOT_APPROVED} Nobody answered in time.`);
        expect(inbox.requests(end.id)).toHaveLength(2);
        expect(await journaled(bed(), end.id, "Command: Sleep")).toBe(1);
      });

      it("takes no answer any more", async () => {
        const input: DeskInput = {
          agent: "front",
          calls: [ask("ask", refund(1)), ask("ask_too", { tool: "hold", args: { what: "on" } })],
          approvals: { timeout },
        };
        const before = models.calls();
        const end = await ending(bed(), input, 1, async (id) => {
          const held = await inbox.did(id, "held");
          // The desk has got the time-out.
          while (models.calls() - before < 4) await called.promise;
          const [late] = inbox.requests(id);
          await bed().resolveAwakeable(late?.id ?? "", { decision: "edit", arguments: { amount: "all" } });
          await bed().resolveAwakeable(held.split(" ")[2] ?? "", "held on");
        });
        expect(end).toMatchObject({
          output: `${NOT_APPROVED} Nobody answered in time. | held on`,
          calls: 6,
        });
        expect(inbox.requests(end.id)).toHaveLength(1);
        expect(inbox.effects(end.id)).toEqual([expect.stringMatching(/^held/)]);
      });
    });

    describe("when the run ends beside it", () => {
      it.each([
        ["desk", [refund(1)], 1, 1],
        ["hall", [ask("ask", ask("ask_streaming", refund(1)))], 1, 3],
        ["front", [ask("ask", refund(1), refund(2)), ask("ask_if_approved", refund(3))], 3, 2],
      ] as const)("is cancelled: %s", async (agent, calls, asked, modelCalls) => {
        for (const stream of [false, true]) {
          const end = await ending(bed(), { agent, calls, stream }, asked, (id) => bed().cancel(id));
          expect(end).toMatchObject({ error: CANCELLED, calls: modelCalls });
          expect(inbox.requests(end.id)).toHaveLength(asked);
          expect(inbox.effects(end.id)).toEqual([]);
        }
      });

      it.each([
        [
          "with a terminal error of its turn",
          "desk",
          [refund(1), { tool: "failing", args: { what: "a" } }],
          418,
        ],
        [
          "with another error of its turn",
          "desk",
          [refund(1), { tool: "breaking", args: { what: "a" } }],
          500,
        ],
        [
          "with a terminal error elsewhere",
          "front",
          [ask("ask", refund(1)), ask("ask_too", { tool: "failing", args: { what: "a" } })],
          418,
        ],
      ] as const)("%s", async (_name, agent, calls, status) => {
        for (const stream of [false, true]) {
          const end = await ending(bed(), { agent, calls, stream });
          expect(end.error).toMatchObject({ status });
          expect(inbox.effects(end.id)).toEqual([]);
        }
      });
    });

    describe("when nobody can be asked", () => {
      it.each([
        ["a tool that always needs an approval", "desk", [refund(1)], NOBODY("desk", "refund"), 0],
        [
          "one whose agent is a tool",
          "hall",
          [ask("ask", ask("ask"))],
          NOBODY("front", "ask_if_approved"),
          1,
        ],
        [
          "a tool that needs an approval for this call",
          "casual",
          ["small", "big"].map((what) => ({ tool: "plain", args: { what } })),
          NOBODY("casual", "plain"),
          1,
        ],
      ] as const)("%s ends the run", async (_name, agent, calls, message, modelCalls) => {
        for (const stream of [false, true]) {
          const end = await ending(bed(), { agent, calls, stream, approvals: null });
          expect(end.error).toMatchObject({ status: 500, body: expect.stringMatching(message) });
          expect(end.calls).toBe(modelCalls);
          expect(inbox.effects(end.id).filter((effect) => effect !== "plain small")).toEqual([]);
        }
      });

      it("a tool that needs no approval for this call is called", async () => {
        const calls = [{ tool: "plain", args: { what: "small" } }];
        const end = await ending(bed(), { agent: "casual", calls, approvals: null });
        expect(end.output).toBe("plain small");
      });
    });

    it("an interruption of the SDK, which could not be foreseen, ends the run", async () => {
      for (const stream of [false, true]) {
        const end = await ending(bed(), { agent: "hidden", calls: [{ tool: "shell", args: {} }], stream });
        expect(end.error).toMatchObject({
          status: 500,
          body: expect.stringMatching(/interrupted the run for an approval of the tool \\"shell\\"/),
        });
        expect(inbox.effects(end.id)).toEqual([]);
      }
    });

    describe("when the request fails", () => {
      it.each([
        ["for good", { what: "refused" }, {}, 1],
        ["too often", { what: "lost" }, { retry: { maxRetryAttempts: 3, initialRetryInterval: 1 } }, 3],
      ] as const)("ends the run: %s", async (_name, args, options, attempts) => {
        const calls = [ask("ask", { tool: "structured", args })];
        const end = await ending(bed(), { agent: "front", calls, approvals: options });
        expect(end.error).toMatchObject({ status: 500, body: expect.stringContaining(args.what) });
        expect(inbox.effects(end.id)).toEqual(Array(attempts).fill(`not asked: ${args.what}`));
        expect(end.calls).toBe(2);
      });
    });

    describe("when the policy itself fails", () => {
      it.each([
        ["terminal", 418, /no policy/],
        ["other", 500, /ToolCallError/],
      ] as const)("ends the run: %s", async (what, status, message) => {
        const calls = [{ tool: "policy", args: { what } }];
        const end = await ending(bed(), { agent: "desk", calls });
        expect(end.error).toMatchObject({ status, body: expect.stringMatching(message) });
        expect(inbox.effects(end.id)).toEqual([]);
        expect(inbox.requests(end.id)).toEqual([]);
      });

      it("ends the run with its terminal error, also when its agent is a tool", async () => {
        const calls = [ask("ask", { tool: "policy", args: { what: "terminal" } })];
        const end = await ending(bed(), { agent: "front", calls });
        expect(end.error).toMatchObject({ status: 418 });
        expect(end.calls).toBe(2);
      });
    });
  },
  { services: () => deskServices({ effect: inbox.effect, request: requested }, models) },
);
