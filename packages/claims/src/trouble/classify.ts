// Classifies what keeps a claim from going on, by what Restate knows of an invocation: pure, and without its errors' texts.

import type { ClaimTrouble, TroubleKind } from "@holdfast/contracts";

/** An invocation whose last attempt failed. */
export interface FailedInvocation {
  /** The claim that it is part of. */
  readonly claimId: string;
  readonly service: string;
  readonly paused: boolean;
  /** Restate's code of the last failure (https://docs.restate.dev/references/errors), where it knows one. */
  readonly code?: string | undefined;
  /** The last progress in its journal, as an ISO 8601 time. */
  readonly since: string;
}

export interface TroubleLimits {
  /** In milliseconds since 1970. */
  readonly now: number;
  /** How long something that may pass by itself may last, in milliseconds. */
  readonly afterMs: number;
}

const KINDS: Readonly<Record<string, TroubleKind>> = { RT0016: "journal_mismatch", RT0010: "unreachable" };

const WORDS: Readonly<Record<TroubleKind, (service: string) => readonly [reason: string, remedy: string]>> = {
  journal_mismatch: (service) => [
    `${service} cannot go on: its code or settings now differ from those that it began with (error 570).`,
    "Put back the release or setting that it began with and resume the claim, or restart it.",
  ],
  paused: (service) => [
    `${service} has failed so often that Restate has paused it.`,
    "Remove the cause, which its log names, and resume the claim.",
  ],
  unreachable: (service) => [
    `${service} cannot be reached.`,
    "Start it; the claim then goes on by itself. If that release is gone for good, restart the claim.",
  ],
  failing: (service) => [
    `${service} fails again and again.`,
    "Remove the cause, which its log names; the claim then goes on by itself.",
  ],
};

/** @returns nothing for what fails and is likely to pass by itself */
export function classify(
  { claimId, service, paused, code = "", since }: FailedInvocation,
  { now, afterMs }: TroubleLimits,
): ClaimTrouble | undefined {
  const kind = paused ? "paused" : (KINDS[code] ?? "failing");
  const passes = kind === "unreachable" || kind === "failing";
  if (passes && now - Date.parse(since) < afterMs) return undefined;
  const [reason, remedy] = WORDS[kind](service);
  return { kind, service, since, reason, remedy: `${remedy} See: npm run operator -- recover ${claimId}` };
}
