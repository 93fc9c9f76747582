// A ruling as the final text of the tour's agents.

import type { Ruling } from "../decision/authority-matrix.ts";

// Not made on import: it takes 4 MiB of each process that loads this file, also of those that never say an amount.
const dollars = (amount: number) => amount.toLocaleString("en-US", { style: "currency", currency: "USD" });

/** Names the decision and its reasons, if there are any. */
export function renderRuling(ruling: Ruling): string {
  switch (ruling.kind) {
    case "approve":
      return withReasons(`Decision: approve, ${dollars(ruling.amount)}.`, ruling.reasons);
    case "deny":
      return withReasons("Decision: deny.", ruling.reasons);
    case "refer":
      return withReasons("Decision: refer to a reviewer.", ruling.why);
  }
}

function withReasons(decision: string, reasons: readonly string[]): string {
  return reasons.length === 0 ? decision : `${decision} Reasons: ${reasons.join(" ")}`;
}
