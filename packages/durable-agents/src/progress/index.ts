// `@holdfast/durable-agents/progress`: shows a run while it runs. It loads nothing of the Agents SDK, for readers in gateways.

export type { ProgressPublisher } from "./progress-channel.step.ts";
export type { ProgressFrame } from "./progress-events.ts";
export type { ProgressListener } from "./progress-listener.step.ts";
export { progress } from "./progress-plugin.ts";
export {
  EMPTY_PROGRESS_VIEW,
  foldProgress,
  type ProgressView,
  type ToolInProgress,
} from "./progress-view.ts";
export { onText } from "./streaming/on-text.step.ts";
export { type LogRead, nextEvents } from "./topics/event-log.ts";
export { type FollowOptions, followLog } from "./topics/follow-log.step.ts";
export { type ProgressTopicsOptions, progressTopics } from "./topics/progress-topics.ts";
export {
  type PublishToOptions,
  publishTo,
  type ReadProgressOptions,
  readProgress,
} from "./topics/topics-client.step.ts";
