// Observes how many claims are in trouble, by what is wrong. Each of several gateways exports the same. Loaded with telemetry alone.

import { troubleKindSchema } from "@holdfast/contracts";
import { observeGauges } from "@holdfast/service-kit/metrics";
import { ATTR, METRIC } from "@holdfast/service-kit/registry";
import type { TroubleWatch } from "./trouble-watch.ts";

/** Observes for as long as the process runs. */
export function observeTroubles(watch: TroubleWatch): void {
  observeGauges([METRIC.claimsInTrouble], async () => {
    const kinds = [...watch.troubles.values()].map(({ trouble }) => trouble.kind);
    return troubleKindSchema.options.map((kind) => ({
      gauge: METRIC.claimsInTrouble,
      value: kinds.filter((one) => one === kind).length,
      attributes: { [ATTR.claimTrouble]: kind },
    }));
  });
}
