// Tries what would break on replay: it is refused, with a message that says what to do instead.

import { setTimeout } from "node:timers/promises";
import { describeModes } from "@holdfast/testing";
import { type ObjectContext, object } from "@restatedev/restate-sdk";
import { describe, expect, it } from "vitest";
import { DurableContext, type DurableObjectContext } from "../src/index.ts";

type Operation = (ctx: DurableObjectContext) => unknown;

const operations = {
  run: (ctx) => ctx.run("inner", () => "done"),
  sleep: (ctx) => ctx.sleep(1),
  awakeable: (ctx) => ctx.awakeable().id,
  resolveAwakeable: (ctx) => ctx.resolveAwakeable("prom_1"),
  rejectAwakeable: (ctx) => ctx.rejectAwakeable("prom_1", "no"),
  genericCall: (ctx) => ctx.genericCall({ service: "Any", method: "any", parameter: new Uint8Array() }),
  genericSend: (ctx) => {
    ctx.genericSend({ service: "Any", method: "any", parameter: new Uint8Array() });
  },
  cancel: (ctx) => ctx.cancel("inv_1" as Parameters<typeof ctx.cancel>[0]),
  date: (ctx) => ctx.date.now(),
  rand: (ctx) => ctx.rand.uuidv4(),
  get: (ctx) => ctx.get("key"),
  stateKeys: (ctx) => ctx.stateKeys(),
  set: (ctx) => ctx.set("key", 1),
  clear: (ctx) => ctx.clear("key"),
  clearAll: (ctx) => ctx.clearAll(),
} satisfies Record<string, Operation>;

const misuse = object({
  name: "Misuse",
  handlers: {
    insideStep: async (ctx: ObjectContext, operation: keyof typeof operations) => {
      const durable = DurableContext.from(ctx);
      await durable.run("outer", async () => {
        await operations[operation](durable);
      });
    },
    afterTimer: async (ctx: ObjectContext, operation: keyof typeof operations) => {
      const durable = DurableContext.from(ctx);
      const branch = async () => {
        await setTimeout(5);
        await operations[operation](durable);
      };
      await Promise.all([durable.run("beside it", () => setTimeout(100)), branch()]);
    },
    inOrder: async (ctx: ObjectContext) => {
      const durable = DurableContext.from(ctx);
      durable.set("key", 1);
      const both = await Promise.all([durable.get("key"), durable.run("step", () => "done")]);
      durable.clear("key");
      durable.set("uuid", durable.rand.uuidv4());
      durable.clearAll();
      return [...both, await durable.stateKeys()];
    },
  },
  // What is not terminal would be retried; here it ends the test at once.
  options: { retryPolicy: { maxAttempts: 1, onMaxAttempts: "kill" } },
});

const REMEDY = /was started from inside a durable step, or after real I\/O or a timer.*inside ctx\.run/;

describeModes(
  "misuse",
  (bed) => {
    describe.each(Object.keys(operations))("%s", (operation) => {
      it("is refused inside a step", async () => {
        await expect(bed().call("Misuse", "insideStep", operation, { key: operation })).rejects.toThrow(
          REMEDY,
        );
      });

      it("is refused after a timer beside other operations", async () => {
        await expect(bed().call("Misuse", "afterTimer", operation, { key: operation })).rejects.toThrow(
          REMEDY,
        );
      });
    });

    it("is none where they belong", async () => {
      expect(await bed().call("Misuse", "inOrder", undefined, { key: "fine" })).toEqual([1, "done", []]);
    });
  },
  { services: () => [misuse], modes: ["default"] },
);
