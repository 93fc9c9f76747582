// What runs on a laptop: each agent as a process of its own, as in the cluster.

/** An agent's process and the ports it has on a laptop. */
export interface AgentWorkload {
  readonly name: string;
  readonly entry: URL;
  /** Where Restate reaches it. */
  readonly port: number;
  readonly healthPort: number;
}

const entryOf = (service: string) => new URL(`../services/${service}/main.ts`, import.meta.url);

/** The agents, in the order of their ports: 9080 and up, probes a hundred above. */
export const agents: readonly AgentWorkload[] = [
  "coordinator",
  "eligibility",
  "fraud",
  "rate-comparison",
  "approval",
  "chat",
  "tour",
].map((name, i) => ({ name, entry: entryOf(name), port: 9080 + i, healthPort: 9180 + i }));

export const gatewayEntry = entryOf("gateway");
export const simulatorEntry = entryOf("model-simulator");
