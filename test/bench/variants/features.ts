// The library's features that a run can switch on, each set so that it has its work at every step and never a reason to
// intervene: the difference to a run without it is the feature's price.

import type { DurableRunnerOptions, DurableToolOptions } from "@holdfast/durable-agents";
import { approvals } from "@holdfast/durable-agents/approvals";
import { budget } from "@holdfast/durable-agents/budgets";
import { progress, publishTo } from "@holdfast/durable-agents/progress";
import { MODEL_NAME, type Task, type toolParameters } from "./task.ts";

export interface Feature {
  readonly runner?: DurableRunnerOptions;
  readonly tool?: Pick<DurableToolOptions<typeof toolParameters, unknown>, "needsApproval">;
}

/** A policy that looks at each call's arguments and finds nothing to ask about. */
const withApprovals: Feature = {
  runner: {
    plugins: [
      approvals({
        request: () => {
          throw new Error("nobody was to be asked");
        },
      }),
    ],
  },
  tool: { needsApproval: (_run, { section }) => section === "" },
};

/** All limits at once, and prices of one's own. */
const withBudget: Feature = {
  runner: {
    plugins: [
      budget({
        turns: 1_000,
        inputTokens: 1e9,
        outputTokens: 1e9,
        totalTokens: 1e9,
        costUsd: 1e6,
        prices: { [MODEL_NAME]: { input: 1.25, cachedInput: 0.125, output: 10 } },
      }),
    ],
  },
};

/** A listener in this process that has nothing to do. */
const withProgress: Feature = { runner: { plugins: [progress(() => {})] } };

/** A topic that readers could follow. */
const progressTopic = (ingressUrl: string): Feature => ({
  runner: { plugins: [progress(publishTo({ ingressUrl }))] },
});

/** @param ingressUrl of the Restate server that the run is on */
export const FEATURES = {
  approvals: () => withApprovals,
  budget: () => withBudget,
  progress: () => withProgress,
  progressTopic,
} satisfies Record<string, (ingressUrl: string) => Feature>;
export type FeatureName = keyof typeof FEATURES;
export const FEATURE_NAMES = Object.keys(FEATURES) as FeatureName[];

/** A run to do with a feature, or without any. */
export interface FeatureTask extends Task {
  readonly feature?: FeatureName;
  readonly ingressUrl: string;
}
