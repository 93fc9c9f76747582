// The guide says what is so: its programs are the example files, its links lead somewhere, nothing public is missing.
// `vitest run -u` writes the example files into the pages.

import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { exampleNames, GUIDE, GuidePage, guidePages, pageExists } from "./guide/guide-page.ts";

const API = fileURLToPath(new URL("../../../docs/api/", import.meta.url));
const SECTIONS = [
  "## Run it",
  "## What Restate shows",
  "## Options",
  "## Crash, cancel, replay",
  "## Limits",
];

const pages = guidePages();
const index = new GuidePage("README.md");
const others = pages.filter(({ file }) => file !== "README.md");

/** What the package's entries export, by name; types apart. */
function publicNames(): { values: string[]; types: string[] } {
  const entries = [
    "",
    "approvals/",
    "budgets/",
    "mcp/",
    "progress/",
    "remote-agents/",
    "sagas/",
    "sessions/",
  ];
  const source = entries
    .map((entry) => readFileSync(new URL(`../src/${entry}index.ts`, import.meta.url), "utf8"))
    .join("\n");
  const names = [...source.matchAll(/^export (type )?\{([^}]*)\}/gm)].flatMap(([, type = "", list = ""]) =>
    list.split(",").flatMap((entry) => (entry.trim() === "" ? [] : [`${type}${entry.trim()}`])),
  );
  const isType = (name: string) => name.startsWith("type ");
  return {
    values: names.filter((name) => !isType(name)),
    types: names.filter(isType).map((name) => name.replace("type ", "")),
  };
}

function markdownIn(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".md"))
    .map((file) => readFileSync(join(folder, file), "utf8"));
}

describe.each(pages.map((page) => [page.file, page] as const))("%s", (file, page) => {
  it("repeats the example files as they are", async () => {
    await expect(page.upToDate).toMatchFileSnapshot(join(GUIDE, file));
  });

  it("links to what exists", () => {
    const broken = page.links.filter((link) => {
      if (/^https?:/.test(link)) return false;
      const [path = "", anchor] = link.split("#");
      const target = path === "" ? file : path;
      if (!existsSync(join(GUIDE, target))) return true;
      if (anchor === undefined) return false;
      const inGuide = target.endsWith(".md") && dirname(target) === ".";
      const text = inGuide ? new GuidePage(target) : undefined;
      return text !== undefined && !text.anchors.includes(anchor);
    });
    expect(broken).toEqual([]);
  });

  it("has lines that fit an editor", () => {
    const { fences, text } = page;
    const inFences = new Set(fences.flatMap((fence) => fence.text.split("\n")));
    const long = text
      .split("\n")
      .filter((line) => line.length > 155 && !line.startsWith("|") && !inFences.has(line));
    expect(long).toEqual([]);
  });
});

it("links every page from the index", () => {
  expect(others.map(({ file }) => file).filter((file) => !index.links.includes(file))).toEqual([]);
});

describe.each(exampleNames())("the example %s", (name) => {
  it("has a page that shows it first, with all sections", () => {
    expect(pageExists(`${name}.md`)).toBe(true);
    const page = new GuidePage(`${name}.md`);
    expect(page.fences[0]?.example).toBe(`${name}.ts`);
    expect(SECTIONS.filter((section) => !page.text.includes(`\n${section}\n`))).toEqual([]);
    expect(page.exchanges.filter(({ answer }) => answer).length).toBeGreaterThan(0);
    expect(page.journal).toBeDefined();
  });

  it("is as its users would write it", () => {
    const source = readFileSync(new URL(`../examples/${name}.ts`, import.meta.url), "utf8");
    expect(source).not.toMatch(/\bany\b|biome-ignore|@ts-|from "\./);
    expect(source.split("\n").length).toBeLessThanOrEqual(80);
  });
});

it("documents every export: values in the guide, types there or in the API reference", () => {
  const guide = pages.map(({ text }) => text).join("\n");
  const everything = [guide, ...markdownIn(API)].join("\n");
  const { values, types } = publicNames();
  const missing = (names: string[], text: string) =>
    names.filter((name) => !new RegExp(`\\b${name}\\b`).test(text));
  expect(values.length).toBeGreaterThan(20);
  expect(missing(values, guide)).toEqual([]);
  expect(missing(types, everything)).toEqual([]);
});

describe("the library's README", () => {
  const readme = readFileSync(new URL("../README.md", import.meta.url), "utf8");
  const errorTable = (text: string) =>
    text.match(/^\| what happens \| what it becomes \|$.*?\n\n/ms)?.[0].trim();

  it("has the guide's table of errors", () => {
    expect(errorTable(`${readme}\n\n`)).toBeDefined();
    expect(errorTable(`${readme}\n\n`)).toBe(errorTable(new GuidePage("errors.md").text));
  });

  it("links every page of the guide, and to nothing that is not there", () => {
    const links = [...readme.matchAll(/\]\((\.\.[^()\s]+)\)/g)].map(([, target = ""]) => target);
    const root = fileURLToPath(new URL("../", import.meta.url));
    expect(links.filter((link) => !existsSync(join(root, link)))).toEqual([]);
    const unlinked = pages.filter(({ file }) => !links.includes(`../../docs/guide/${file}`));
    expect(unlinked.map(({ file }) => file)).toEqual([]);
  });

  it("names every value that is exported", () => {
    const { values } = publicNames();
    const isNamed = (name: string) => new RegExp(`\\b${name}\\b`).test(readme);
    expect(values.filter((name) => !isNamed(name) && !/^DurableObject(Shared)?Context$/.test(name))).toEqual(
      [],
    );
  });
});

it("says nothing of where it was written", () => {
  const traces = pages.filter(({ text }) => /\/work\/|\bhelpers?\b|registry/i.test(text));
  expect(traces.map(({ file }) => relative(GUIDE, join(GUIDE, file)))).toEqual([]);
});
