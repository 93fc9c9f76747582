/**
 * The server's settings for one node on one machine that starts fast and stays small, each with its reason.
 * Names follow the server's own (`restate-server --dump-config`): a setting `a.b-c` is `RESTATE_A__B_C`.
 */

/**
 * - `default`: invocations suspend after a minute without progress, as in production.
 * - `always-replay`: they suspend at every wait, so each step is followed by a replay of the whole journal. What is
 *   not deterministic fails at once here, and only after a crash in production.
 */
export type RestateMode = "default" | "always-replay";

export interface RestatePorts {
  /** Calls of services come in here. */
  ingress: number;
  /** Deployments, SQL queries, and the server's web page. */
  admin: number;
  /** The server's own cluster traffic; nobody else connects to it. */
  node: number;
}

/** The environment for `restate-server`; `env` is laid over it. */
export function restateEnvironment(settings: {
  mode: RestateMode;
  dataDir: string;
  ports: RestatePorts;
  fsync: boolean;
  env: Readonly<Record<string, string>>;
}): Record<string, string> {
  const { mode, dataDir, ports, fsync, env } = settings;
  return {
    RESTATE_BASE_DIR: dataDir,
    // Where it spills long journals: a server that is killed leaves that folder behind.
    TMPDIR: dataDir,
    // The data's folder is named after the node; the default, the host's name, may change between two starts.
    RESTATE_NODE_NAME: "node",
    RESTATE_CLUSTER_NAME: "holdfast",
    // Restate has no authentication: never reachable from another machine.
    RESTATE_LISTEN_MODE: "tcp",
    RESTATE_BIND_IP: "127.0.0.1",
    RESTATE_ADVERTISED_HOST: "127.0.0.1",
    RESTATE_BIND_PORT: String(ports.node),
    RESTATE_INGRESS__BIND_PORT: String(ports.ingress),
    RESTATE_ADMIN__BIND_PORT: String(ports.admin),
    // A partition is a state machine with a log and stores of its own. The default of 24 takes 0.7 s longer until
    // all lead and 100 MiB more memory, and spreads load over cores that a test does not have.
    RESTATE_DEFAULT_NUM_PARTITIONS: "1",
    // The node leads its partitions only after it has heard itself alive for a few ticks of the default 100 ms.
    RESTATE_GOSSIP_TICK_INTERVAL: "20ms",
    // Budgets for a node that has a production machine to itself (2 GiB and 250 MiB) do no harm when idle, but fill up
    // under load; 17 MiB less at once, and 70 MB less preallocated disk.
    RESTATE_ROCKSDB_TOTAL_MEMORY_SIZE: "64MB",
    RESTATE_BIFROST__RECORD_CACHE_MEMORY_SIZE: "32MB",
    RESTATE_LOG_SERVER__ROCKSDB_DISABLE_WAL_FSYNC: String(!fsync),
    RESTATE_DISABLE_TELEMETRY: "true",
    RESTATE_LOG_FORMAT: "compact",
    RESTATE_LOG_DISABLE_ANSI_CODES: "true",
    // Left out: its Kubernetes client, which reports a meaningless error outside Kubernetes, and failed queries, which
    // their sender is answered with (and which are how a start learns that the tables are there).
    RESTATE_LOG_FILTER: "warn,restate=info,octocrab=off,restate_admin::query_utils=off",
    ...(mode === "always-replay" ? { RESTATE_WORKER__INVOKER__INACTIVITY_TIMEOUT: "0s" } : {}),
    ...env,
  };
}
