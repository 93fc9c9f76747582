// Checks that the links and the file names in all Markdown pages lead somewhere.

import { execFileSync } from "node:child_process";
import { existsSync, globSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";

const root = fileURLToPath(new URL("../../", import.meta.url));
const tracked = execFileSync("git", ["ls-files", "--cached", "--others", "--exclude-standard", "*.md"], {
  cwd: root,
  encoding: "utf8",
});
const pages = tracked.split("\n").filter((page) => page !== "" && existsSync(join(root, page)));

const FENCED = /^```.*?^```$/gms;
const LINK = /\]\((?!\w+:)([^)\s#]*)(?:#([^)\s]+))?\)/g;
const INLINE_CODE = /`([^`\n]+)`/g;
// A path of this repository: it begins with one of its folders, or ends like one of its files.
const FOLDERS = "packages|services|scripts|test|docs|deploy|helm";
const PATH = new RegExp(
  String.raw`^(?:(?:${FOLDERS})/[\w./*-]+|[\w-]+(?:/[\w.-]+)+\.(?:ts|mjs|yaml|json|tpl))$`,
);

const proseOf = (page: string) => readFileSync(join(root, page), "utf8").replaceAll(FENCED, "");

/** The ids that GitHub gives the headings of a page, and those that a page sets itself. */
function anchorsOf(markdown: string): string[] {
  const own = Array.from(markdown.matchAll(/<a id="([^"]+)">/g), ([, id = ""]) => id);
  const ofHeadings = Array.from(markdown.matchAll(/^#+ (.+)$/gm), ([, heading = ""]) =>
    heading
      .toLowerCase()
      .replaceAll(/\[([^\]]*)\]\([^)]*\)/g, "$1")
      .replaceAll(/[^\p{L}\p{N}\s_-]/gu, "")
      .replaceAll(" ", "-"),
  );
  return [...own, ...ofHeadings];
}

function brokenLinks(page: string): string[] {
  const prose = proseOf(page);
  return Array.from(prose.matchAll(LINK)).flatMap(([, path = "", anchor]) => {
    const target = path === "" ? page : join(dirname(page), path);
    if (!existsSync(join(root, target))) return [path];
    const known =
      anchor === undefined || !target.endsWith(".md") || anchorsOf(proseOf(target)).includes(anchor);
    return known ? [] : [`${path}#${anchor}`];
  });
}

/** The file names in a page that stand neither at the root, nor beside the page, nor in a part of the workspace. */
function unknownFiles(page: string): string[] {
  const names = Array.from(proseOf(page).matchAll(INLINE_CODE), ([, code = ""]) => code.replace(/:\d+$/, ""));
  const places = ["", `${dirname(page)}/`, "services/*/", "packages/*/", "packages/*/src/", "helm/*/"];
  return names
    .filter((name) => PATH.test(name))
    .filter((name) => places.every((place) => globSync(place + name, { cwd: root }).length === 0));
}

it.each(pages)("%s links to what there is", (page) => {
  expect(brokenLinks(page)).toEqual([]);
});

it.each(pages.filter((page) => !page.startsWith(".changeset/")))("%s names files that there are", (page) => {
  expect(unknownFiles(page)).toEqual([]);
});
