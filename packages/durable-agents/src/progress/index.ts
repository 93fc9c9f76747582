// `@holdfast/durable-agents/progress`: what readers of progress need, for gateways and browsers, which need no agents.

export type { ProgressFrame } from "../wire/progress.ts";
export {
  EMPTY_PROGRESS_VIEW,
  foldProgress,
  type ProgressView,
  type ToolInProgress,
} from "./progress-view.ts";
export { type ReadProgressOptions, readProgress } from "./read-progress.ts";
