// Tries a tool's error functions on each kind of error: the default, none, and the one that reports all to the model.

import { describeModes, type TestBed, waitForStatus } from "@holdfast/testing";
import { Agent, type Tool, tool } from "@openai/agents-core";
import { type Context, iface, service, TerminalError } from "@restatedev/restate-sdk";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import {
  currentDurableContext,
  DurableRunner,
  durableTool,
  reportErrorsToModel,
  rethrowRestateErrors,
} from "../src/index.ts";
import { remoteAgentTool } from "../src/remote-agents/index.ts";
import { failure } from "./ingress-failure.ts";
import { scriptedModels } from "./scripted-models.ts";

const parameters = z.object({});
const teapot = () => new TerminalError("the policy does not exist", { errorCode: 418 });

const remote = iface.service("Remote", { run: iface.json<object, string>() });

const failures = {
  "terminal error": () => {
    throw teapot();
  },
  "plain error": () => {
    throw new Error("the date is not a date");
  },
  "failing step": () =>
    currentDurableContext().run(
      "look up",
      () => {
        throw new Error("the register is closed");
      },
      { maxRetryAttempts: 2, initialRetryInterval: 1 },
    ),
  cancellation: () => currentDurableContext().sleep({ days: 1 }),
};

const errorFunctions = { default: undefined, none: null, reporting: reportErrorsToModel };
type ErrorFunction = keyof typeof errorFunctions;

const description = "Fails";
const toolMakers: Record<string, (errorFunction: ErrorFunction) => Tool> = {
  "remote agent": (name) =>
    remoteAgentTool(remote, {
      name: "fails",
      description,
      handler: "run",
      parameters,
      ...(errorFunctions[name] !== undefined && { errorFunction: errorFunctions[name] }),
    }),
  // The SDK's own tools, of which the wording of their error function is the SDK's.
  "plain tool": () => tool({ name: "fails", description, parameters, execute: failures["terminal error"] }),
  "plain tool, step": () =>
    tool({ name: "fails", description, parameters, execute: failures["failing step"] }),
  "plain tool, cancelled": () =>
    tool({ name: "fails", description, parameters, execute: failures.cancellation }),
  "plain tool, rethrowing": () =>
    tool({
      name: "fails",
      description,
      parameters,
      execute: failures["terminal error"],
      errorFunction: rethrowRestateErrors,
    }),
};
for (const [error, execute] of Object.entries(failures)) {
  toolMakers[error] = (name) =>
    durableTool({
      name: "fails",
      description,
      parameters,
      execute,
      ...(errorFunctions[name] !== undefined && { errorFunction: errorFunctions[name] }),
    });
}

interface Case {
  readonly error: string;
  readonly by?: ErrorFunction;
  readonly stream?: boolean;
  /** In an agent used as a tool. */
  readonly nested?: boolean;
}

// Calls its one tool, then repeats the result.
const models = scriptedModels(({ input }, results) => {
  if (results === 0) return [{ tool: "fails", args: { input: "go" } }];
  const last = typeof input === "string" ? undefined : input.at(-1);
  return last?.type === "function_call_result" ? JSON.stringify(last.output) : "";
});

const runs = service({
  name: "Runs",
  handlers: {
    run: async (ctx: Context, { error, by = "default", stream, nested }: Case) => {
      const failing = toolMakers[error]?.(by);
      if (!failing) throw new TerminalError(`there is no ${error}`);
      const inner = new Agent({ name: "Inner", instructions: "Call.", tools: [failing] });
      const asTool = inner.asTool({ toolName: "fails", toolDescription: "Asks" });
      const agent = nested ? new Agent({ name: "Outer", instructions: "Ask.", tools: [asTool] }) : inner;
      const runner = new DurableRunner(ctx, { modelProvider: models });
      if (!stream) return (await runner.run(agent, "go")).finalOutput;
      const result = await runner.run(agent, "go", { stream });
      for await (const _event of result);
      return result.finalOutput;
    },
  },
  // What is not terminal would be retried; here it ends the test at once.
  options: { retryPolicy: { maxAttempts: 1, onMaxAttempts: "kill" } },
});

const remotes = service({
  name: "Remote",
  handlers: {
    run: async (_ctx: Context): Promise<string> => {
      throw teapot();
    },
  },
});

const ENDS = { terminal: [418, /the policy does not exist/], step: [500, /the register is closed/] } as const;
const AGAIN = /will fail again.*/;
const TRY_AGAIN = /Please try again.*the date is not a date/;

/** What the run ends with, or what the model gets. */
const table: [error: string, by: ErrorFunction, outcome: readonly [number, RegExp] | RegExp][] = [
  ["terminal error", "default", ENDS.terminal],
  ["terminal error", "none", ENDS.terminal],
  ["terminal error", "reporting", AGAIN],
  ["plain error", "default", TRY_AGAIN],
  ["plain error", "none", [500, /ToolCallError/]],
  ["plain error", "reporting", TRY_AGAIN],
  ["failing step", "default", ENDS.step],
  ["failing step", "none", ENDS.step],
  ["failing step", "reporting", AGAIN],
  ["remote agent", "default", ENDS.terminal],
  ["remote agent", "none", ENDS.terminal],
  ["remote agent", "reporting", AGAIN],
];

describeModes(
  "error functions",
  (bed) => {
    describe.each([{}, { stream: true }, { nested: true }])("run: %o", (how) => {
      it.each(table)("%s, error function: %s", async (error, by, outcome) => {
        const before = models.calls();
        const run = bed().call("Runs", "run", { error, by, ...how });
        if (outcome instanceof RegExp) {
          expect(await run).toMatch(outcome);
          return;
        }
        const [status, message] = outcome;
        const { body, ...error_ } = await failure(run);
        expect(error_).toMatchObject({ status });
        expect(body).toMatch(message);
        expect(models.calls() - before).toBe("nested" in how ? 2 : 1);
      });

      it.each(["default", "none", "reporting"] as const)(
        "cancellation ends the run, error function: %s",
        async (by) => {
          expect(await cancelled(bed(), { error: "cancellation", by, ...how })).toMatchObject({
            status: 409,
          });
        },
      );

      it.each(["plain tool", "plain tool, step"])(
        "the SDK tells the model of the error of a %s",
        async (error) => {
          expect(await bed().call("Runs", "run", { error, ...how })).toMatch(/Please try again/);
        },
      );

      it("ends with what the error function of a plain tool throws", async () => {
        const run = bed().call("Runs", "run", { error: "plain tool, rethrowing", ...how });
        expect(await failure(run)).toMatchObject({ status: 418 });
      });

      it("ends when it is cancelled in a plain tool", async () => {
        const run = { error: "plain tool, cancelled", ...how };
        expect(await cancelled(bed(), run)).toMatchObject({ status: 409 });
      });
    });
  },
  { services: () => [runs, remotes] },
);

/** Cancels the run when its tool is at work. */
async function cancelled(bed: TestBed, run: Case): Promise<unknown> {
  const before = models.calls();
  const id = await bed.send("Runs", "run", run);
  const calls = run.nested ? 2 : 1;
  // The input, a step for each model call, and the sleep.
  await waitForStatus(bed.server, id, ({ journal_size = 0 }) => journal_size >= calls + 2);
  await bed.cancel(id);
  const error = await failure(bed.attach(id));
  expect(models.calls() - before).toBe(calls);
  return error;
}
