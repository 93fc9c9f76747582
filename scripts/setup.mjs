// Installs the workspace's packages when they are missing, or the lockfile or a manifest has changed; does nothing otherwise.
// It runs before anything is installed, on whatever Node there is: plain JavaScript, no packages. With --update-lockfile it
// also takes in what manifests ask for and the lockfile does not have.

import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const PNPM = "pnpm@12.21.0";
const OLDEST_NODE = 20;

const root = fileURLToPath(new URL("..", import.meta.url));
const stampFile = `${root}node_modules/.holdfast-setup`;
const logDir = `${root}.holdfast/logs`;
const log = ".holdfast/logs/install.log";

if (Number(process.versions.node.split(".")[0]) < OLDEST_NODE) {
  fail(
    `Node ${process.versions.node} is too old: install Node ${OLDEST_NODE} or later from https://nodejs.org.`,
  );
} else {
  await setUp();
}

async function setUp() {
  const installed = existsSync(stampFile) && existsSync(`${root}node_modules/.bin/node`);
  if (installed && readFileSync(stampFile, "utf8") === stamp()) return;
  const startedAt = performance.now();
  const done = showProgress(startedAt);
  const { code, output } = await install();
  done();
  if (code === 0) {
    writeFileSync(stampFile, stamp());
    console.log(`Installed the packages in ${seconds(startedAt)}.`);
  } else {
    mkdirSync(logDir, { recursive: true });
    writeFileSync(`${root}${log}`, output);
    fail(explain(output));
  }
}

/** What the installed packages depend on. Written only after an install that went well, so half of one is repeated. */
function stamp() {
  const hash = createHash("sha256").update([PNPM, process.platform, process.arch].join());
  for (const file of ["pnpm-lock.yaml", "pnpm-workspace.yaml", ...manifests()]) {
    hash.update(file).update(readFileSync(`${root}${file}`));
  }
  return hash.digest("hex");
}

function manifests() {
  const inFolders = ["packages", "services"].flatMap((folder) =>
    readdirSync(`${root}${folder}`)
      .sort()
      .map((name) => `${folder}/${name}/package.json`),
  );
  return ["package.json", ...inFolders].filter((file) => existsSync(`${root}${file}`));
}

function install() {
  const lockfile = process.argv.includes("--update-lockfile") ? "--no-frozen-lockfile" : "--frozen-lockfile";
  const args = ["--yes", PNPM, "install", lockfile, "--prefer-offline"];
  const child = spawn("npx", [...args, "--reporter=append-only", "--loglevel=error"], {
    cwd: root,
    env: { ...patience(), ...process.env },
    stdio: ["ignore", "pipe", "pipe"],
    // Windows finds npx through its shell alone.
    shell: process.platform === "win32",
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (chunk) => {
      output += chunk;
    });
  }
  return new Promise((resolve) => {
    child.once("error", (error) => resolve({ code: 1, output: `npx could not be run: ${error.message}` }));
    child.once("close", (code) => resolve({ code, output }));
  });
}

/** By default npm and pnpm try an unreachable registry for more than a minute before they say so. */
function patience() {
  const settings = { fetch_retries: "3", fetch_retry_mintimeout: "500", fetch_retry_maxtimeout: "3000" };
  return {
    npm_config_prefer_offline: "true",
    ...Object.fromEntries(
      ["npm_config_", "pnpm_config_"].flatMap((tool) =>
        Object.entries(settings).map(([name, value]) => [tool + name, value]),
      ),
    ),
  };
}

function explain(output) {
  if (/ENOTFOUND|EAI_AGAIN|ECONN|ETIMEDOUT|ENETUNREACH|SOCKET_TIMEOUT|error sending request/.test(output)) {
    return `The npm registry cannot be reached (\`npm config get registry\` names it): check the network and the proxy, then try again. Details: ${log}`;
  }
  if (/ENOSPC|no space left/i.test(output)) return "The disk is full: make room, then try again.";
  if (/EACCES|EPERM|permission denied/i.test(output)) {
    return `The packages cannot be written: make this folder yours (and ~/.npm, and pnpm's store), then try again. Details: ${log}`;
  }
  if (/npx could not be run/.test(output)) return "npx cannot be run: install npm, which brings it.";
  if (/OUTDATED_LOCKFILE/.test(output)) {
    return `pnpm-lock.yaml does not fit the package.json files: run \`npx ${PNPM} install\`, then try again.`;
  }
  return `The packages could not be installed; ${log} tells why.`;
}

/** Says that it works, with the time that has passed where the terminal can show it. */
function showProgress(startedAt) {
  const text = "Installing the packages …";
  if (!process.stdout.isTTY || process.env.TERM === "dumb") {
    console.log(text);
    return () => {};
  }
  const show = () => process.stdout.write(`\r${text} ${seconds(startedAt)}`);
  show();
  const timer = setInterval(show, 100);
  return () => {
    clearInterval(timer);
    process.stdout.write("\r\x1b[K");
  };
}

function seconds(startedAt) {
  return `${((performance.now() - startedAt) / 1000).toFixed(1)} s`;
}

function fail(message) {
  console.error(`✖ ${message}`);
  process.exitCode = 1;
}
