// The agent of docs/add-an-agent.md, added to a copy of the repository as the page says: it decides its part of a claim, and all
// checks are green there.

import { execFile, execFileSync, spawn } from "node:child_process";
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { freeOffset } from "../support/free-offset.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const copy = mkdtempSync(join(tmpdir(), "holdfast-agent-"));
const inCopy = (file: string) => readFileSync(join(copy, file), "utf8");
const { PATH = "", HOME = "" } = process.env;
const env = { PATH: `${join(copy, "node_modules/.bin")}:${PATH}`, HOME };
const INSTALL_MS = 240_000;
const CHECK_MS = 600_000;

const RULES = "services/coordinator/decision/objections.ts";
const FACTS = "services/pre-authorization/facts.ts";
const claim = {
  date: "2024-10-01",
  category: "surgery",
  reason: "knee surgery",
  amount: 2_400,
  placeOfService: "General Hospital",
};

const page = readFileSync(join(root, "docs/add-an-agent.md"), "utf8");
/** The page's blocks of code, by the file that their first line names. */
const shown = new Map(
  Array.from(page.matchAll(/```ts\n\/\/ (\S+)\n(.*?)```/gs), ([, file = "", code = ""]) => [file, code]),
);
const files = () =>
  execFileSync("git", ["ls-files", "-z", "--cached", "--others", "--exclude-standard"], {
    cwd: root,
    encoding: "utf8",
  }).split("\0");

async function run(command: string, ...args: string[]): Promise<string> {
  try {
    const { stdout, stderr } = await promisify(execFile)(command, args, {
      cwd: copy,
      env,
      maxBuffer: 1 << 26,
    });
    return stdout + stderr;
  } catch (error) {
    const { stdout, stderr } = error as { stdout: string; stderr: string };
    throw new Error(`${command} ${args.join(" ")} failed:\n${stdout}${stderr}`);
  }
}

beforeAll(async () => {
  for (const file of files()) {
    if (file !== "" && existsSync(join(root, file))) cpSync(join(root, file), join(copy, file));
  }
  await run("git", "init", "--quiet");
  await run("npm", "run", "new-agent", "--", "pre-authorization");
  writeFileSync(join(copy, FACTS), shown.get(FACTS) ?? "");
  const end = "};\n\nexport function objectionsTo";
  writeFileSync(join(copy, RULES), inCopy(RULES).replace(end, `${shown.get(RULES)}${end}`));
}, INSTALL_MS);
afterAll(() => rmSync(copy, { recursive: true, force: true }));

describe("the agent of docs/add-an-agent.md", () => {
  it("has few lines outside of its folder, which the page shows", () => {
    for (const [file, code] of shown) {
      for (const line of code.split("\n")) expect(inCopy(file).split("\n"), file).toContain(line);
    }
    const outside = [...shown].filter(([file]) => file !== FACTS);
    const lines = outside.flatMap(([, code]) => code.trimEnd().split("\n")).length;
    expect(page).toContain(`outside of the folder: ${outside.length} files, ${lines} lines.`);
    expect(outside.length).toBeLessThanOrEqual(4);
    expect(lines).toBeLessThanOrEqual(80);
  });

  it("sends a claim to a person by its objection, and lets one pass without", {
    timeout: CHECK_MS,
  }, async () => {
    const gateway = await start();
    const refused = await settled(gateway, claim);
    expect(refused).toMatchObject({
      status: "in_review",
      findings: { preAuthorization: { objects: true } },
      review: { why: ["The treatment was not authorized before it was given."] },
    });
    expect(await settled(gateway, { ...claim, policyNumber: "P-1001" })).toMatchObject({
      status: "approved",
      findings: { preAuthorization: { objects: false } },
    });
  });

  it("passes all checks", { timeout: CHECK_MS }, async () => {
    const others = async () => {
      await run("biome", "ci", ".");
      await run("knip");
      await run("npm", "run", "--silent", "borders");
      await run("node", "scripts/generate.ts", "--check");
    };
    // Each of them keeps one core busy.
    await Promise.all([run("tsc", "-p", "tsconfig.json"), others()]);
    const services = readdirSync(join(copy, "services")).map((name) => `services/${name}`);
    const places = [
      ...services,
      "scripts/images",
      "scripts/start",
      "test/containers",
      "test/replay/services",
    ];
    await run("vitest", "run", "--project", "unit", ...places);
    // Where Helm is.
    await run("vitest", "run", "-u", "--project", "charts", "golden", "network");
  });
});

/** `npm start` in the copy. @returns the gateway's address */
async function start(): Promise<string> {
  const ports = await freeOffset();
  const child = spawn("node", ["scripts/start.ts"], {
    cwd: copy,
    env: { ...env, HOLDFAST_PORT_OFFSET: String(ports.offset), SIMULATOR_LATENCY_MS: "20" },
  });
  const exit = new Promise((resolve) => child.once("close", resolve));
  onTestFinished(async () => {
    child.kill("SIGINT");
    await exit;
  });
  let output = "";
  await new Promise<void>((resolve, reject) => {
    child.once("close", () => reject(new Error(`npm start ended:\n${output}`)));
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding("utf8").on("data", (text: string) => {
        output += text;
        if (output.includes("Ctrl-C stops everything")) resolve();
      });
    }
  });
  expect(output).toMatch(/pre-authorization +pre authorization: no objection\n/);
  return `http://127.0.0.1:${ports.gateway}`;
}

/** Submits a claim, and follows it until it is decided or waits for a person. */
async function settled(gateway: string, body: object): Promise<{ status: string }> {
  const submitted = await fetch(`${gateway}/api/claims`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  const { claimId } = (await submitted.json()) as { claimId: string };
  const view = async () =>
    (await (await fetch(`${gateway}/api/claims/${claimId}`)).json()) as { status: string };
  await expect
    .poll(async () => (await view()).status, { timeout: 30_000, interval: 100 })
    .toMatch(/^(in_review|approved|denied|failed)$/);
  return view();
}
