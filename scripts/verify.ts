// Runs all that CI checks, in order; a check that fails does not keep the next ones from running. The tests that need Docker or a
// cluster are skipped where there is none. What failed is named again at the end, since a CI may keep no more than that of
// what was printed; the last line counts all of them.

import { spawn } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { stripVTControlCharacters } from "node:util";
import { z } from "zod";

interface Counts {
  passed: number;
  failed: number;
  skipped: number;
}

// Of vitest's JSON report, what is counted here.
const vitestReportSchema = z.object({
  numPassedTests: z.number(),
  numFailedTests: z.number(),
  numPendingTests: z.number(),
  numFailedTestSuites: z.number(),
  testResults: z.array(
    z.object({
      name: z.string(),
      message: z.string().default(""),
      assertionResults: z.array(
        z.object({
          status: z.string(),
          fullName: z.string(),
          failureMessages: z.array(z.string()).nullish(),
        }),
      ),
    }),
  ),
});

type VitestReport = z.infer<typeof vitestReportSchema>;

const checks: readonly (readonly [name: string, ...command: string[]])[] = [
  ["format and lint", "npx", "biome", "ci", "."],
  ["types", "npx", "tsc", "-p", "tsconfig.json"],
  ["unused code", "npx", "knip"],
  ["borders", "npm", "run", "--silent", "borders"],
  ["figures", "npm", "run", "--silent", "figures"],
  ["API reference is current", "node", "scripts/check-api-reference.ts"],
  ["generated files are current", "node", "scripts/generate.ts", "--check"],
  ["package: publint", "node", "scripts/pack-library.ts", "publint"],
  ["package: types", "node", "scripts/pack-library.ts", "types"],
  ["lowest and newest SDKs", "npm", "run", "--silent", "test:matrix"],
  ["benchmark, smoke run", "npm", "run", "--silent", "bench", "--", "--quick"],
];

/** Runs a command, shows what it prints, and keeps that. */
function run(command: string, args: readonly string[]): Promise<{ passed: boolean; output: string }> {
  return new Promise((resolve) => {
    const child = spawn(command, args, { stdio: ["ignore", "pipe", "pipe"] });
    let output = "";
    const keep = (to: NodeJS.WriteStream) => (text: string) => {
      to.write(text);
      output += text;
    };
    child.stdout.setEncoding("utf8").on("data", keep(process.stdout));
    child.stderr.setEncoding("utf8").on("data", keep(process.stderr));
    child.once("error", (error) => resolve({ passed: false, output: error.message }));
    child.once("close", (code) => resolve({ passed: code === 0, output: stripVTControlCharacters(output) }));
  });
}

/** The lines that tell most of a failure: from the unhandled errors on, or else the last ones. */
function excerpt(output: string): string {
  const lines = output.split("\n").filter((line) => line.trim() !== "");
  const unhandled = lines.findIndex((line) => line.includes("Unhandled Errors"));
  return (unhandled === -1 ? lines.slice(-12) : lines.slice(unhandled, unhandled + 12)).join("\n    ");
}

/** A few lines for each test that failed, and for each file that could not be loaded. */
function describeFailures({ testResults }: VitestReport): string[] {
  const beginning = (message: string) =>
    stripVTControlCharacters(message)
      .split("\n")
      .filter((line) => !line.includes("node_modules"))
      .slice(0, 12)
      .join("\n    ");
  return testResults.flatMap(({ name, message, assertionResults }) => [
    ...(message === "" ? [] : [`${relative(".", name)}\n    ${beginning(message)}`]),
    ...assertionResults
      .filter(({ status }) => status === "failed")
      .map(
        ({ fullName, failureMessages }) =>
          `${relative(".", name)} > ${fullName}\n    ${beginning(failureMessages?.[0] ?? "")}`,
      ),
  ]);
}

/** Runs a script of package.json that ends in vitest, and counts its tests. */
async function tests(script: string): Promise<Counts> {
  const dir = await mkdtemp(join(tmpdir(), "holdfast-verify-"));
  try {
    const file = join(dir, "tests.json");
    const { passed: green, output } = await run("npm", [
      ...["run", script, "--", "--reporter=default", "--reporter=json"],
      `--outputFile.json=${file}`,
    ]);
    const report = vitestReportSchema.parse(JSON.parse(await readFile(file, "utf8")));
    const described = describeFailures(report);
    if (!green && described.length === 0) described.push(`${script}\n    ${excerpt(output)}`);
    failures.push(...described);
    // A suite that cannot be loaded has no test that failed, and a run can fail by an unhandled error alone.
    const failed = Math.max(report.numFailedTests, report.numFailedTestSuites > 0 || !green ? 1 : 0);
    return { passed: report.numPassedTests, failed, skipped: report.numPendingTests };
  } catch (error) {
    failures.push(`${script} gave no report: ${error instanceof Error ? error.message : error}`);
    return { passed: 0, failed: 1, skipped: 0 };
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}

/** Counts the tests of a level. Where VERIFY_REQUIRES names it, what it needs is there: one that is skipped has failed. */
async function level(script: string): Promise<Counts> {
  console.log(`\n── ${script}`);
  const counts = await tests(script);
  if (counts.skipped === 0 || !required.has(script)) return counts;
  failures.push(`${script}: ${counts.skipped} skipped, which may not be here`);
  return { passed: counts.passed, failed: counts.failed + counts.skipped, skipped: 0 };
}

const required = new Set(process.env.VERIFY_REQUIRES?.split(" "));
const failures: string[] = [];
const total: Counts = { passed: 0, failed: 0, skipped: 0 };

function add(counts: Counts): void {
  total.passed += counts.passed;
  total.failed += counts.failed;
  total.skipped += counts.skipped;
}

add(await level("test"));
for (const [name, command, ...args] of checks) {
  console.log(`\n── ${name}`);
  const { passed, output } = await run(command ?? "", args);
  console.log(passed ? `${name}: ok` : `${name}: FAILED`);
  if (!passed) failures.push(`${name}\n    ${excerpt(output)}`);
  add({ passed: passed ? 1 : 0, failed: passed ? 0 : 1, skipped: 0 });
}
for (const script of ["test:charts", "test:containers", "test:cluster"]) add(await level(script));

for (const failure of failures) console.log(`\n✖ ${failure}`);
console.log(`\n${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`);
process.exitCode = total.failed === 0 ? 0 : 1;
