// Shows a claim's events in the terminal while they happen.

import type { Claim, DecisionRecord, TimelineEvent } from "@holdfast/contracts";
import { renderDecision, renderEvent } from "./render-timeline.ts";
import { followClaim, type GatewayClient } from "./sample-claim.ts";
import type { Terminal } from "./terminal.ts";

export interface ShownClaim {
  /** Settles when it is decided, or from when on only a person can go on. */
  readonly settled: Promise<DecisionRecord | "waits for a reviewer">;
  /** The last event, in words. */
  lastSeen(): string;
}

export function showClaim(
  gateway: GatewayClient,
  claimId: string,
  claim: Claim,
  terminal: Terminal,
  signal: AbortSignal,
): ShownClaim {
  const { promise: settled, resolve, reject } = Promise.withResolvers<Awaited<ShownClaim["settled"]>>();
  let first: TimelineEvent | undefined;
  let last: TimelineEvent | undefined;
  const onEvent = (event: TimelineEvent): "more" | "enough" => {
    first ??= event;
    last = event;
    terminal.lines(renderEvent(event, first.at, terminal.paint));
    if (event.entry.type === "in_review") resolve("waits for a reviewer");
    if (event.entry.type !== "decided") return "more";
    const { decision } = event.entry;
    terminal.lines(["", ...renderDecision(decision, claim, terminal.paint), ""]);
    resolve(decision);
    return "enough";
  };
  followClaim(gateway, claimId, onEvent, signal).catch(reject);
  return {
    settled,
    lastSeen() {
      if (!first || !last) return "nothing";
      return renderEvent(last, first.at, (_, text) => text)[0]
        ?.trim()
        .replace(/\s+/g, " ") as string;
    },
  };
}
