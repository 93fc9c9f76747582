// Takes the guide and the API reference into the library's tarball. Links to pages that come along lead there; any other link
// out of the package would be dead, so its text alone is kept.

import { globSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path/posix";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const README = "packages/durable-agents/README.md";

const FENCED = /(^```.*?^```$)/gms;
const LINK = /\[([^\]]*)\]\((?!\w+:|#)([^)\s#]+)(#[^)\s]+)?\)/g;

/** The pages of the tarball, by their paths in it. */
export function packedDocs(): Map<string, string> {
  const docs = globSync("docs/{guide,api}/**/*.md", { cwd: root }).map((page) => page.replaceAll("\\", "/"));
  const places = new Map([[README, "README.md"], ...docs.map((page) => [page, page] as const)]);
  return new Map(
    Array.from(places, ([page, place]) => [
      place,
      packedPage(readFileSync(join(root, page), "utf8"), page, places),
    ]),
  );
}

/**
 * A page as it is packed.
 *
 * @param page its path in the repository
 * @param places the paths in the package of all pages that are packed, by their paths in the repository
 */
export function packedPage(markdown: string, page: string, places: ReadonlyMap<string, string>): string {
  const here = dirname(places.get(page) ?? page);
  const link = (_whole: string, text: string, path: string, anchor = "") => {
    const place = places.get(join(dirname(page), path));
    return place === undefined ? text : `[${text}](${relative(here, place)}${anchor})`;
  };
  const parts = markdown.split(FENCED);
  return parts.map((part) => (part.startsWith("```") ? part : part.replaceAll(LINK, link))).join("");
}
