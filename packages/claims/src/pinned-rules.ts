// Pins what a claim is ruled by: whatever becomes of rules and settings meanwhile, it ends on those that it began with.

import { hash } from "node:crypto";
import { type RuleDocument, rulesContract } from "@holdfast/contracts";
import type { DurableContext } from "@holdfast/durable-agents";

/** Rules, by names such as `plan`. */
type RuleSet = Readonly<Record<string, object>>;

export interface Pinned<R extends RuleSet, S> {
  readonly rules: R;
  /** The version of each, by which `Rules` keeps its content. None in an invocation that began before they were kept. */
  readonly versions: { readonly [K in keyof R]: string } | undefined;
  /** Settings that shape the invocation's path. */
  readonly settings: S;
  /** The names of rules whose content `Rules` may not have yet. */
  readonly unsent: readonly string[];
}

// The versions whose content this process has sent to `Rules`. Nothing is decided by it but in a journaled step.
const sent = new Set<string>();

/**
 * Journals rules and settings as they are when an invocation begins. To be called before anything that follows from them.
 *
 * @param current those of this process
 * @param before the settings of invocations that began before they were pinned
 */
export function pinRules<R extends RuleSet, S>(
  ctx: DurableContext,
  current: { readonly rules: R; readonly settings: S },
  before: S,
): Promise<Pinned<R, S>> {
  return ctx.runPatched<Pinned<R, S>>(
    "pin rules",
    () => {
      const entries = Object.entries(current.rules).map(([name, rules]) => [name, versionOf(rules)] as const);
      const unsent = entries.filter(([, version]) => !sent.has(version)).map(([name]) => name);
      return { ...current, versions: Object.fromEntries(entries) as Record<keyof R, string>, unsent };
    },
    () => ({ rules: current.rules, settings: before, versions: undefined, unsent: [] }),
  );
}

/** Has `Rules` keep the content of pinned rules, one-way. */
export function keepRules(ctx: DurableContext, { rules, versions, unsent }: Pinned<RuleSet, unknown>): void {
  for (const name of unsent) {
    const [version, content] = [versions?.[name], rules[name]];
    if (version === undefined || content === undefined) continue;
    ctx.sendClient(rulesContract, version).keep(content as RuleDocument);
    sent.add(version);
  }
}

/** A hash of the content, 32 hexadecimal digits, whatever the order of its fields. */
function versionOf(rules: object): string {
  const sorted = JSON.stringify(rules, (_name, value: unknown) =>
    typeof value === "object" && value !== null && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
      : value,
  );
  return hash("sha256", sorted).slice(0, 32);
}
