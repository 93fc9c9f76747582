// Reads the version of the sources: the workspace's, and the commit where there is one.

import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { z } from "zod";

export const root = fileURLToPath(new URL("../..", import.meta.url));

export interface SourceVersion {
  readonly version: string;
  /** The commit's short hash, with `-dirty` after it when files differ from it; absent outside of a repository. */
  readonly revision: string | undefined;
  /** Where the sources are, when package.json says so. */
  readonly repository: string | undefined;
}

const manifestSchema = z.object({
  version: z.string(),
  repository: z.union([z.string(), z.object({ url: z.string() }).transform(({ url }) => url)]).optional(),
});

export function sourceVersion(): SourceVersion {
  const { version, repository } = manifestSchema.parse(
    JSON.parse(readFileSync(`${root}package.json`, "utf8")),
  );
  return { version, revision: revision(), repository };
}

function revision(): string | undefined {
  try {
    const git = (...args: string[]) =>
      execFileSync("git", args, { cwd: root, encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }).trim();
    const commit = git("rev-parse", "--short=12", "HEAD");
    return git("status", "--porcelain") === "" ? commit : `${commit}-dirty`;
  } catch {
    return undefined;
  }
}
