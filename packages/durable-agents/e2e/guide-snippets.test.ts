// The guide's snippets that are no example of their own are TypeScript that compiles, against the library as it is.

import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import ts from "typescript";
import { expect, it } from "vitest";
import { guidePages } from "./guide/guide-page.ts";

const FOLDER = fileURLToPath(new URL("../examples/", import.meta.url));
const TSCONFIG = fileURLToPath(new URL("../../../tsconfig.base.json", import.meta.url));

// What stands around the snippets on their pages.
const PRELUDE = `
import * as restate from "@restatedev/restate-sdk";
import { Agent, run, tool } from "@openai/agents-core";
import { z } from "zod";
import { DurableContext, DurableRunner, durableTool } from "@holdfast/durable-agents";
import { RestateSession } from "@holdfast/durable-agents/sessions";

declare const POLICIES: string;
declare const durable: DurableContext;
declare const intakeAgent: Agent, medicalAgent: Agent, decisionAgent: Agent;
const insuranceClaim = z.object({ date: z.string(), amount: z.number() });
declare const claim: z.infer<typeof insuranceClaim>;
declare function requestHumanReview(claim: z.infer<typeof insuranceClaim>, id: string): void;
const agentHandlers = { run: restate.iface.json<z.infer<typeof insuranceClaim>, string>() };
const eligibilityAgent = restate.iface.service("EligibilityAgent", agentHandlers);
const rateComparisonAgent = restate.iface.service("RateComparisonAgent", agentHandlers);
const fraudAgent = restate.iface.service("FraudAgent", agentHandlers);
export {};
`;

/** Files that exist only here, beside the examples, so that imports are found. */
function snippets(): Map<string, string> {
  const all = guidePages().flatMap(({ file, fences }) =>
    fences
      .filter(({ language, example }) => language === "ts" && example === undefined)
      .map(({ text }, n): [string, string] => [
        join(FOLDER, `${file.replace(".md", "")}-snippet-${n}.ts`),
        // A block of its own: a snippet may declare what the prelude has.
        `${PRELUDE}\nasync () => {\n${text}\n};`,
      ]),
  );
  return new Map(all);
}

function problemsOf(files: ReadonlyMap<string, string>): string[] {
  const { config } = ts.readConfigFile(TSCONFIG, ts.sys.readFile);
  const { options } = ts.parseJsonConfigFileContent(config, ts.sys, dirname(TSCONFIG));
  const checked = { ...options, noUnusedLocals: false, noUnusedParameters: false };
  const host = ts.createCompilerHost(checked);
  const { readFile, fileExists } = host;
  host.readFile = (file) => files.get(file) ?? readFile(file);
  host.fileExists = (file) => files.has(file) || fileExists(file);
  const program = ts.createProgram([...files.keys()], checked, host);
  return [...files.keys()].flatMap((file) =>
    ts.getPreEmitDiagnostics(program, program.getSourceFile(file)).map(({ messageText, start, file: at }) => {
      const line = at && start !== undefined ? at.text.slice(start).split("\n", 1)[0] : "";
      return `${file.replace(FOLDER, "")}: ${ts.flattenDiagnosticMessageText(messageText, "\n")} at ${line}`;
    }),
  );
}

it("compiles the guide's snippets", { timeout: 120_000 }, () => {
  const files = snippets();
  expect(files.size).toBeGreaterThan(3);
  expect(problemsOf(files)).toEqual([]);
});
