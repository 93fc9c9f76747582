// Records a claim's end in its trace and in the metrics. By the span's attributes the collector keeps the traces that are
// worth keeping.

import type { DecisionRecord } from "@holdfast/contracts";
import type { DurableContext } from "@holdfast/durable-agents";
import { recordOnce, recordSpan } from "@holdfast/durable-agents/telemetry";
import { recordMetric } from "@holdfast/service-kit/metrics";
import { ATTR, METRIC } from "@holdfast/service-kit/registry";

/** Records once, however often the handler is replayed. */
export function recordOutcome(
  ctx: DurableContext,
  submittedAt: string,
  { claimId, status, decidedBy, decidedAt }: DecisionRecord,
): void {
  const [start, end] = [Date.parse(submittedAt), Date.parse(decidedAt)];
  const outcome = { [ATTR.claimOutcome]: status };
  const decided = { ...outcome, [ATTR.claimDecidedBy]: decidedBy.kind };
  recordSpan(ctx, {
    name: "decide claim",
    start,
    end,
    attributes: { ...decided, [ATTR.conversationId]: claimId },
  });
  recordOnce(ctx, () => {
    recordMetric(METRIC.claimsDecided, 1, decided);
    recordMetric(METRIC.claimDuration, (end - start) / 1000, outcome);
  });
}
