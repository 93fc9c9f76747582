// The guide's pages, read as their readers do: the example, what to type and what is answered, what the journal shows.

import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

export const GUIDE = fileURLToPath(new URL("../../../../docs/guide/", import.meta.url));
export const EXAMPLES = fileURLToPath(new URL("../../examples/", import.meta.url));

/** Commands to type, and the answer that the page shows for them, if it shows one. */
export interface Exchange {
  readonly commands: string;
  readonly answer: Fence | undefined;
}

/** A fenced block. */
export interface Fence {
  readonly language: string;
  readonly text: string;
  /** The example file that the block repeats, by a comment before it. */
  readonly example: string | undefined;
}

const FENCE = /^(?:<!-- example: (?<example>[\w.-]+) -->\n\n)?```(?<language>\w*)\n(?<text>.*?)^```$/gms;

export class GuidePage {
  readonly file: string;
  readonly text: string;

  constructor(file: string) {
    this.file = file;
    this.text = readFileSync(join(GUIDE, file), "utf8");
  }

  get fences(): Fence[] {
    return [...this.text.matchAll(FENCE)].map(({ groups = {} }) => ({
      language: groups.language ?? "",
      text: groups.text ?? "",
      example: groups.example,
    }));
  }

  /** In the order of the page. */
  get exchanges(): Exchange[] {
    const { fences } = this;
    return fences.flatMap(({ language, text }, i) => {
      if (language !== "sh") return [];
      const next = fences[i + 1];
      return [{ commands: text, answer: next && isAnswer(next) ? next : undefined }];
    });
  }

  /** What the journal of the first invocation shows: one line an operation, its kind and its name. */
  get journal(): string[] | undefined {
    const block = this.fences.find(({ language }) => language === "journal");
    return block?.text.trimEnd().split("\n");
  }

  /** The page as it must be: its example blocks are the files. */
  get upToDate(): string {
    return this.text.replaceAll(FENCE, (block: string, example: string | undefined) =>
      example === undefined
        ? block
        : `<!-- example: ${example} -->\n\n\`\`\`ts\n${readFileSync(join(EXAMPLES, example), "utf8")}\`\`\``,
    );
  }

  /** Targets of its links, those of images included. */
  get links(): string[] {
    const prose = this.text.replaceAll(FENCE, "").replaceAll(/`[^`\n]*`/g, "");
    return [...prose.matchAll(/\]\(([^()\s]+)\)/g)].map(([, target = ""]) => target);
  }

  /** Anchors of its headings, as GitHub makes them. */
  get anchors(): string[] {
    const headings = this.text.replaceAll(FENCE, "").matchAll(/^#+ (.+)$/gm);
    return [...headings].map(([, heading = ""]) =>
      heading
        .toLowerCase()
        .replaceAll(/[^\p{L}\p{N} _-]/gu, "")
        .replaceAll(" ", "-"),
    );
  }
}

/** All pages, the index included. */
export function guidePages(): GuidePage[] {
  return readdirSync(GUIDE)
    .filter((file) => file.endsWith(".md"))
    .map((file) => new GuidePage(file));
}

/** The names of the examples, those files left out that only belong to one. */
export function exampleNames(): string[] {
  return readdirSync(EXAMPLES)
    .filter((file) => file.endsWith(".ts"))
    .map((file) => file.slice(0, -".ts".length))
    .filter((name) => name !== "mcp-server");
}

export function pageExists(file: string): boolean {
  return existsSync(join(GUIDE, file));
}

function isAnswer({ language }: Fence): boolean {
  return language === "" || language === "json";
}

/** Whether an answer is what the page shows. `…` on the page stands for anything; JSON may be laid out differently. */
export function isAsShown(actual: string, { language, text }: Fence): boolean {
  const normal = (value: string) => (language === "json" ? withoutLayout(value) : value.trim());
  const pattern = normal(text)
    .split("…")
    .map((part) => part.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&"))
    .join(".*?");
  return new RegExp(`^${pattern}$`, "s").test(normal(actual));
}

function withoutLayout(json: string): string {
  return json.replaceAll(/("(?:[^"\\]|\\.)*")|\s+/g, (_found, text?: string) => text ?? "");
}
