// The library as its users get it: packed, installed by npm in an empty folder, and its README's first example run from
// there, as it stands, on the oldest and the newest Node that are supported.

import { execFileSync } from "node:child_process";
import { existsSync, globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { startSimulator } from "@holdfast/simulator";
import { createIngress, freePort, startRestateServer, startServiceProcess } from "@holdfast/testing";
import ts from "typescript";
import { describe, expect, it, onTestFinished } from "vitest";
import { packLibrary } from "../../scripts/pack-library.ts";

const INSTALL_TIMEOUT_MS = 240_000;
const NODE_22 = "22.23.3";
// The package "node" fetches this one by an install script, which npm does not run unasked.
const NODE_PACKAGE = `node-${process.platform}-${process.arch}`;
const NODE_TYPES = "24.13.3";

const readme = readFileSync(new URL("../../packages/durable-agents/README.md", import.meta.url), "utf8");
const example = inReadme(/```ts\n([\s\S]*?)```/);
const installed = inReadme(/npm install @holdfast\/durable-agents (.*)\n/).split(" ");

function inReadme(pattern: RegExp): string {
  const found = readme.match(pattern)?.[1];
  if (found === undefined) throw new Error(`The library's README has nothing like ${pattern}`);
  return found;
}

// CI must not pass because it could not install.
const registry = process.env.CI !== undefined || canReachRegistry();
if (!registry)
  console.log("Skipped: the package cannot be installed, as the npm registry cannot be reached.");

function canReachRegistry(): boolean {
  try {
    npm(tmpdir(), "view", "zod", "version", "--fetch-retries=0");
    return true;
  } catch {
    return false;
  }
}

function npm(cwd: string, ...args: string[]): string {
  return execFileSync("npm", [...args, "--loglevel=error"], { cwd, encoding: "utf8", stdio: "pipe" });
}

function emptyFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "holdfast-package-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** A folder whose project has the packed library and what its README says to install with it. */
function project(): string {
  const folder = emptyFolder();
  writeFileSync(join(folder, "package.json"), JSON.stringify({ private: true, type: "module" }));
  writeFileSync(join(folder, "weather.ts"), example);
  const tools = [`${NODE_PACKAGE}@${NODE_22}`, `@types/node@${NODE_TYPES}`];
  const packages = [packLibrary(folder), ...installed, ...tools];
  npm(folder, "install", "--no-audit", "--no-fund", "--prefer-offline", ...packages);
  return folder;
}

/** What the compiler finds in the example and in the library's declarations; those of others cost a minute. */
function typeErrors(folder: string): string[] {
  const program = ts.createProgram([join(folder, "weather.ts")], {
    strict: true,
    noEmit: true,
    target: ts.ScriptTarget.ES2024,
    module: ts.ModuleKind.NodeNext,
    types: ["node"],
    typeRoots: [join(folder, "node_modules/@types")],
  });
  const checked = program
    .getSourceFiles()
    .filter(
      ({ fileName }) => !fileName.includes("node_modules") || fileName.includes("/durable-agents/dist/"),
    );
  expect(checked.length, "the example and several declarations").toBeGreaterThan(10);
  const found = checked.flatMap((file) => [
    ...program.getSyntacticDiagnostics(file),
    ...program.getSemanticDiagnostics(file),
  ]);
  return found.map(({ file, messageText }) => `${file?.fileName}: ${JSON.stringify(messageText)}`);
}

/** Answers like the weather service of the example, and keeps what it was asked. */
async function startWeather(): Promise<{ url: string; asked: string[] }> {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(request.url ?? "");
    response.end("Paris: sunny, +21°C");
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void server.close());
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked };
}

/** Runs the example on a Node of the project's or ours, and asks it once. */
async function askExample(folder: string, node: string): Promise<{ answer: unknown; asked: string[] }> {
  const simulator = await startSimulator();
  onTestFinished(() => simulator.stop());
  const restate = await startRestateServer();
  onTestFinished(() => restate.stop());
  const { url, asked } = await startWeather();
  const port = await freePort();
  const service = await startServiceProcess({
    node,
    entry: join(folder, "weather.ts"),
    cwd: folder,
    env: {
      PORT: String(port),
      OPENAI_API_KEY: "none",
      OPENAI_BASE_URL: `${simulator.url}/v1`,
      WEATHER_URL: url,
    },
    ready: /listening on/,
  });
  onTestFinished(() => void service.stop());
  await restate.register(`http://127.0.0.1:${port}`);
  const question = { message: "What is the weather in Paris?" };
  const answer = await createIngress(restate.ingressUrl).call("WeatherAgent", "run", question);
  return { answer, asked };
}

describe("the README's first example", () => {
  it("has thirty lines at most", () => {
    expect(example.trimEnd().split("\n").length).toBeLessThanOrEqual(30);
  });

  it.skipIf(!registry)(
    "type-checks and runs from the packed library on Node 22 and 24",
    async () => {
      const folder = project();
      expect(typeErrors(folder)).toEqual([]);
      for (const [node, major] of [
        [join(folder, "node_modules", NODE_PACKAGE, "bin/node"), 22],
        [process.execPath, 24],
      ] as const) {
        expect(execFileSync(node, ["--version"], { encoding: "utf8" })).toMatch(`v${major}.`);
        const { answer, asked } = await askExample(folder, node);
        expect(answer, `on Node ${major}`).toMatch(/Paris: sunny, \+21°C/);
        expect(asked, `on Node ${major}`).toEqual(["/Paris?format=3"]);
      }
    },
    INSTALL_TIMEOUT_MS,
  );
});

it("has pages whose links work in the tarball", () => {
  const folder = emptyFolder();
  execFileSync("tar", ["-xzf", packLibrary(folder), "-C", folder]);
  const pages = globSync("**/*.md", { cwd: join(folder, "package") });
  const links = pages.flatMap((page) => {
    const markdown = readFileSync(join(folder, "package", page), "utf8").replaceAll(/^```.*?^```$/gms, "");
    return Array.from(markdown.matchAll(/\]\((?!\w+:|#)([^)\s#]+)/g), ([, path = ""]) => ({ page, path }));
  });
  expect(links).toContainEqual({ page: "README.md", path: "docs/guide/tools.md" });
  const isDead = ({ page, path }: { page: string; path: string }) => {
    const target = join(dirname(page), path);
    return target.startsWith("..") || !existsSync(join(folder, "package", target));
  };
  expect(links.filter(isDead)).toEqual([]);
});
