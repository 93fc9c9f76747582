import { expect, it } from "vitest";
import type { Ruling } from "../decision/authority-matrix.ts";
import { renderRuling } from "./render-ruling.ts";

it.each<[Ruling, string]>([
  [
    { kind: "approve", amount: 3000, limit: 5000, reasons: ["Covered.", "Usual."] },
    "Decision: approve, $3,000.00. Reasons: Covered. Usual.",
  ],
  [{ kind: "approve", amount: 1234567.8, limit: 5000, reasons: [] }, "Decision: approve, $1,234,567.80."],
  [{ kind: "deny", reasons: ["Not covered."] }, "Decision: deny. Reasons: Not covered."],
  [
    { kind: "refer", why: ["The risk is high."] },
    "Decision: refer to a reviewer. Reasons: The risk is high.",
  ],
])("renders %j", (ruling, text) => {
  expect(renderRuling(ruling)).toBe(text);
});
