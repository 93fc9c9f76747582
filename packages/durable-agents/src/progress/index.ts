// `@holdfast/durable-agents/progress`: shows a run while it runs. It loads nothing of the Agents SDK, for readers in gateways.

export { type LogRead, nextEvents } from "./event-log.ts";
export { type FollowOptions, followLog } from "./follow-log.step.ts";
export type { ProgressListener, ProgressPublisher } from "./on-progress.step.ts";
export type { ProgressFrame } from "./progress-events.ts";
export { progress } from "./progress-plugin.ts";
export { type ProgressTopicsOptions, progressTopics } from "./progress-topics.ts";
export {
  EMPTY_PROGRESS_VIEW,
  foldProgress,
  type ProgressView,
  type ToolInProgress,
} from "./progress-view.ts";
export { type PublishToOptions, publishTo } from "./publish-to.step.ts";
export { type ReadProgressOptions, readProgress } from "./read-progress.step.ts";
