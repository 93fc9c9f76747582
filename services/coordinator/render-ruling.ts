// A ruling as the final text of the tour's agents.

import type { Ruling } from "./authority-matrix.ts";

const dollars = new Intl.NumberFormat("en-US", { style: "currency", currency: "USD" });

/** Names the decision and its reasons. */
export function renderRuling(ruling: Ruling): string {
  switch (ruling.kind) {
    case "approve":
      return `Decision: approve, ${dollars.format(ruling.amount)}. Reasons: ${ruling.reasons.join(" ")}`;
    case "deny":
      return `Decision: deny. Reasons: ${ruling.reasons.join(" ")}`;
    case "refer":
      return `Decision: refer to a reviewer. Reasons: ${ruling.why.join(" ")}`;
  }
}
