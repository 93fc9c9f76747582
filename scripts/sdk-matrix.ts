// Tests the library on the lowest and the newest versions that its ranges allow: of each, a copy of the workspace is made
// in a temporary folder, installed with exactly those, type-checked and tested there.

import { execFile, spawn } from "node:child_process";
import { access, copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { z } from "zod";

const PACKAGES = [
  "@openai/agents-core",
  "@openai/agents-openai",
  "openai",
  "@restatedev/restate-sdk",
  "zod",
  "@opentelemetry/api",
];
const LIBRARY = "packages/durable-agents";
const FAILED = "FAILED";

// What depends most on the SDKs' insides, each in seconds.
const E2E = [
  "durable-run",
  "context-guard",
  "step-gate",
  "mcp",
  "telemetry-sdk",
  "model-errors",
  "sdk-contract",
];

const root = fileURLToPath(new URL("..", import.meta.url));
const exec = promisify(execFile);

type Versions = Readonly<Record<string, string>>;

interface Choice {
  readonly name: string;
  readonly range: string;
  readonly lowest: string;
  readonly newest: string;
}

const manifestSchema = z.looseObject({
  version: z.string().optional(),
  dependencies: z.record(z.string(), z.string()).optional(),
  devDependencies: z.record(z.string(), z.string()).optional(),
  peerDependencies: z.record(z.string(), z.string()).optional(),
});

async function readManifest(file: string): Promise<z.output<typeof manifestSchema>> {
  return manifestSchema.parse(JSON.parse(await readFile(file, "utf8")));
}

/** The versions to test of each package. @throws Error when the registry does not say which there are */
async function choose(): Promise<Choice[]> {
  const { dependencies, peerDependencies } = await readManifest(join(root, LIBRARY, "package.json"));
  const ranges = { ...dependencies, ...peerDependencies };
  return Promise.all(
    PACKAGES.map(async (name) => {
      const range = ranges[name];
      if (range === undefined) throw new Error(`${LIBRARY}/package.json names no ${name}`);
      const versions = (await published(name, range)).sort(byVersion);
      const [lowest, newest] = [versions[0], versions.at(-1)];
      if (lowest === undefined || newest === undefined)
        throw new Error(`no version of ${name} is in ${range}`);
      return { name, range, lowest, newest };
    }),
  );
}

/** The releases of a package in a range. */
async function published(name: string, range: string): Promise<string[]> {
  try {
    const { stdout } = await exec("npm", [
      ...["view", `${name}@${range}`, "version", "--json", "--fetch-retries=1", "--fetch-timeout=20000"],
    ]);
    const versions = z.union([z.string().transform((one) => [one]), z.array(z.string())]);
    return versions.parse(JSON.parse(stdout)).filter((version) => /^\d+\.\d+\.\d+$/.test(version));
  } catch {
    throw new Error(
      `the npm registry did not say which versions of ${name} are in ${range} (\`npm config get registry\` names it): ` +
        "check the network and the proxy, then try again",
    );
  }
}

function byVersion(a: string, b: string): number {
  return a.localeCompare(b, "en", { numeric: true });
}

/** Copies the workspace's files, as they are now, and sets the versions in each manifest. */
async function copyWorkspace(to: string, versions: Versions): Promise<void> {
  const { stdout } = await exec("git", ["ls-files", "-z", "--cached", "--others", "--exclude-standard"], {
    cwd: root,
    maxBuffer: 64 * 1024 * 1024,
  });
  const files = stdout.split("\0").filter((file) => file !== "");
  await Promise.all([...new Set(files.map(dirname))].map((dir) => mkdir(join(to, dir), { recursive: true })));
  await Promise.all(files.map((file) => copyFile(join(root, file), join(to, file))));
  for (const file of files) {
    if (file === "package.json" || /^(packages|services)\/[^/]+\/package\.json$/.test(file))
      await pin(join(to, file), versions);
  }
  const include = [...["src", "e2e", "examples"].map((folder) => `${LIBRARY}/${folder}`), "test/replay"];
  await writeFile(
    join(to, "tsconfig.matrix.json"),
    JSON.stringify({ extends: "./tsconfig.json", include, exclude: ["**/node_modules"] }),
  );
}

async function pin(file: string, versions: Versions): Promise<void> {
  const manifest = await readManifest(file);
  for (const dependencies of [manifest.dependencies, manifest.devDependencies]) {
    for (const [name, version] of Object.entries(versions)) {
      if (dependencies?.[name] !== undefined) dependencies[name] = version;
    }
  }
  await writeFile(file, JSON.stringify(manifest, null, 2));
}

/** Installs, type-checks and tests the library with these versions, and shows what fails. */
async function test(versions: Versions): Promise<Map<string, string>> {
  const cells = new Map<string, string>();
  const dir = await mkdtemp(join(tmpdir(), "holdfast-sdks-"));
  const bin = (name: string) => join(dir, "node_modules/.bin", name);
  const step = async (name: string, command: string, args: readonly string[]) => {
    const start = performance.now();
    const { passed, output } = await run(command, args, dir);
    const cell = `${passed ? "ok" : FAILED}, ${Math.round((performance.now() - start) / 1000)} s`;
    console.log(`  ${name}: ${cell}`);
    if (!passed) console.log(output.split("\n").slice(-120).join("\n"));
    cells.set(name, cell);
    return passed;
  };
  try {
    await copyWorkspace(dir, versions);
    const install = ["--yes", await pnpm(), "install", "--no-frozen-lockfile", "--prefer-offline"];
    if (!(await step("install", "npx", install))) return cells;
    await assertInstalled(dir, versions);
    const e2e = E2E.map((name) => `${LIBRARY}/e2e/${name}.e2e.test.ts`);
    // vitest passes over one that is not there.
    await Promise.all(e2e.map((file) => access(join(dir, file))));
    // The compiler keeps one core busy, and the tests wait much of their time.
    const types = step("types", bin("tsc"), ["-p", "tsconfig.matrix.json"]);
    await step("unit tests and replays", bin("vitest"), [
      // The journals of the product's services are none of the library's.
      ...[
        "run",
        "--project",
        "unit",
        `${LIBRARY}/`,
        "test/replay/replay.test.ts",
        "test/replay/another-model.test.ts",
      ],
    ]);
    await step("tests on a Restate server", bin("vitest"), ["run", "--project", "e2e", ...e2e]);
    await types;
    return cells;
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}

/** The version of pnpm that the workspace is installed with. */
async function pnpm(): Promise<string> {
  const version = /pnpm@[\d.]+/.exec(await readFile(join(root, "scripts/setup.mjs"), "utf8"))?.[0];
  if (version === undefined) throw new Error("scripts/setup.mjs names no version of pnpm");
  return version;
}

/** @throws Error when the library would be tested with another version than is said */
async function assertInstalled(dir: string, versions: Versions): Promise<void> {
  for (const [name, version] of Object.entries(versions)) {
    const manifest = await readManifest(join(dir, LIBRARY, "node_modules", name, "package.json"));
    if (manifest.version !== version)
      throw new Error(`${name} ${manifest.version} was installed, not ${version}`);
  }
}

function run(
  command: string,
  args: readonly string[],
  cwd: string,
): Promise<{ readonly passed: boolean; readonly output: string }> {
  return new Promise((resolve) => {
    const child = spawn(command, args, { cwd, stdio: ["ignore", "pipe", "pipe"] });
    let output = "";
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding("utf8").on("data", (text: string) => {
        output += text;
      });
    }
    child.once("error", (error) => resolve({ passed: false, output: error.message }));
    child.once("close", (code) => resolve({ passed: code === 0, output }));
  });
}

async function main(): Promise<boolean> {
  const choices = await choose();
  const table: Record<string, Record<string, string>> = Object.fromEntries(
    choices.map(({ name, ...row }) => [name, row]),
  );
  for (const column of ["lowest", "newest"] as const) {
    console.log(`With the ${column} versions:`);
    const cells = await test(Object.fromEntries(choices.map((choice) => [choice.name, choice[column]])));
    for (const [step, cell] of cells) table[step] = { ...table[step], [column]: cell };
  }
  console.table(table);
  return !Object.values(table).some((row) => Object.values(row).some((cell) => cell.startsWith(FAILED)));
}

try {
  if (!(await main())) process.exitCode = 1;
} catch (error) {
  console.error(`✖ ${error instanceof Error ? error.message : error}`);
  process.exitCode = 1;
}
