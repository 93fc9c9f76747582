// The docker command, as far as building needs it.

import { execFile, spawn } from "node:child_process";
import { mkdir, rm } from "node:fs/promises";
import { dirname } from "node:path";
import { promisify } from "node:util";
import { z } from "zod";
import { root } from "./source-version.ts";

const run = promisify(execFile);

/** The output of a docker command. @throws Error with docker's own reason */
async function docker(...args: string[]): Promise<string> {
  try {
    return (await run("docker", args, { cwd: root, maxBuffer: 64 << 20 })).stdout.trim();
  } catch (error) {
    throw new Error(reasonOf(error));
  }
}

/** @throws Error saying what to do when no Docker answers */
export async function requireDocker(): Promise<void> {
  try {
    await docker("version", "--format", "{{.Server.Version}}");
  } catch (error) {
    throw new Error(`Images are built by Docker, which does not answer: ${(error as Error).message}`);
  }
}

export interface BuildOptions {
  readonly tags: readonly string[];
  readonly buildArgs: Readonly<Record<string, string>>;
  readonly labels?: Readonly<Record<string, string>>;
  /** Up to which stage of the Dockerfile; all of it by default. */
  readonly target?: string;
  readonly noCache?: boolean;
  /** Shows the build's output as it comes; else it is shown only if the build fails. */
  readonly verbose?: boolean;
}

/** Builds from services/Dockerfile. @throws Error with the build's last lines */
export async function build(options: BuildOptions): Promise<void> {
  const { tags, buildArgs, labels = {}, target, noCache = false, verbose = false } = options;
  const pairs = (flag: string, values: Readonly<Record<string, string>>) =>
    Object.entries(values).flatMap(([key, value]) => [flag, `${key}=${value}`]);
  const args = [
    ...["build", "--file", "services/Dockerfile"],
    ...tags.flatMap((tag) => ["--tag", tag]),
    ...pairs("--build-arg", buildArgs),
    ...pairs("--label", labels),
    ...(target === undefined ? [] : ["--target", target]),
    ...(noCache ? ["--no-cache"] : []),
    ".",
  ];
  const child = spawn("docker", args, { cwd: root, stdio: ["ignore", "pipe", "pipe"] });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (chunk: string) => {
      output += chunk;
      if (verbose) process.stderr.write(chunk);
    });
  }
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once("error", reject).once("close", resolve);
  });
  if (code !== 0) throw new Error(`docker ${args.join(" ")}\n${output.split("\n").slice(-40).join("\n")}`);
}

const inspectedSchema = z.tuple([
  z.object({
    Size: z.number(),
    Config: z.object({ Env: z.array(z.string()).nullable() }),
    RootFS: z.object({ Layers: z.array(z.string()) }),
  }),
]);

export interface InspectedImage {
  /** In bytes, uncompressed. */
  readonly size: number;
  readonly env: Readonly<Record<string, string>>;
  readonly layers: readonly string[];
}

export async function inspectImage(image: string): Promise<InspectedImage> {
  const [{ Size, Config, RootFS }] = inspectedSchema.parse(
    JSON.parse(await docker("image", "inspect", image)),
  );
  const env = Object.fromEntries(
    (Config.Env ?? []).map((line) => [line.slice(0, line.indexOf("=")), line.slice(line.indexOf("=") + 1)]),
  );
  return { size: Size, env, layers: RootFS.Layers };
}

/** Copies a file out of an image. */
export async function copyFromImage(image: string, path: string, destination: string): Promise<void> {
  await mkdir(dirname(destination), { recursive: true });
  const container = await docker("create", image, "unused");
  try {
    await rm(destination, { force: true });
    await docker("cp", `${container}:${path}`, destination);
  } finally {
    await docker("rm", container);
  }
}

export async function removeImage(image: string): Promise<void> {
  // Without what it was made from, the next image would start from the beginning.
  await docker("image", "rm", "--no-prune", image);
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if ("code" in error && error.code === "ENOENT") return "the command docker is not installed";
  return "stderr" in error && typeof error.stderr === "string" && error.stderr
    ? error.stderr.trim()
    : error.message;
}
