// The private parts of Restate's SDK that the library relies on, asked of a real context. A failure names what an SDK has changed.

import { describeModes } from "@holdfast/testing";
import { type Context, type HooksProvider, service } from "@restatedev/restate-sdk";
import { expect, it } from "vitest";
import { restateSdk } from "../src/internal.ts";

const REMEDY =
  "Restate's SDK has changed: mend src/runtime/restate-sdk.ts, or narrow the peer range of @restatedev/restate-sdk.";

const missing: string[] = [];
const hooks: HooksProvider = (hook) => {
  if (!restateSdk.isProcessing(hook)) missing.push("hooks.isProcessing");
  return {};
};

const inside = service({
  name: "Inside",
  handlers: {
    look: async (ctx: Context): Promise<string[]> => {
      const found = [...missing];
      const same = (original: (...args: unknown[]) => unknown) => original;
      for (const method of ["processCompletableEntry", "processNonCompletableEntry"]) {
        if (!restateSdk.replaceMethod(ctx, method, same)) found.push(method);
      }
      if (!restateSdk.replaceAwaiting(ctx, same)) found.push("promisesExecutor.doProgress");
      const pending = ctx.sleep({ hours: 1 });
      if (!restateSdk.isUnresolved(pending)) found.push("unresolvedFuture");
      const outcome = pending.then(
        () => "went on",
        (error: Error) => error.message,
      );
      if (!restateSdk.reject(pending, new Error("given up")) || (await outcome) !== "given up")
        found.push("cancelPromise.reject");
      return found;
    },
  },
  options: { hooks: [hooks] },
});

describeModes(
  "Restate's SDK",
  (bed) => {
    it("has all that the library uses beyond its documented surface", async () => {
      expect(await bed().call("Inside", "look", undefined), REMEDY).toEqual([]);
    });
  },
  { services: () => [inside] },
);
