// Those of Restate's own metrics that dashboards and alerts use; a real server has all of them.

export const RESTATE_METRICS = [
  "restate_ingress_requests_total",
  "restate_ingress_request_duration_seconds",
  "restate_invoker_invocation_tasks_total",
  "restate_invoker_concurrency_limit",
  "restate_invoker_concurrency_slots_acquired",
  "restate_invoker_concurrency_slots_released",
  "restate_usage_leader_journal_entry_count_total",
  "restate_partition_applied_lsn_lag",
  "restate_jemalloc_resident_bytes",
] as const;
export type RestateMetric = (typeof RESTATE_METRICS)[number];
