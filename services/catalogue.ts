// The services there are. Ports, images, compose files, charts and tests follow from these entries: `npm run generate` writes
// what has to be YAML.

/** Data files that a release may replace by its own. */
export type RuleFile = "coverage-plan" | "standard-rates" | "authority-matrix";

/** A service that Restate calls and that asks a model. */
export interface AgentService {
  /** Its folder here, which its image and its workload are called after. */
  readonly name: string;
  /** An assessor is asked about every claim. */
  readonly kind: "agent" | "assessor";
  /** Where it listens on a laptop. Invocations in flight go there after a restart, so no other agent may ever have it. */
  readonly port: number;
  /** The data files it reads. */
  readonly rules?: readonly RuleFile[];
  /** It calls Restate's ingress itself, to publish progress in the middle of a step. */
  readonly publishes?: true;
  /** The chart installs it only where it is asked for. */
  readonly optional?: true;
}

export const agents: readonly AgentService[] = [
  { name: "coordinator", kind: "agent", port: 9080, rules: ["coverage-plan", "authority-matrix"] },
  { name: "eligibility", kind: "assessor", port: 9081, rules: ["coverage-plan"] },
  { name: "fraud", kind: "assessor", port: 9082 },
  { name: "rate-comparison", kind: "assessor", port: 9083, rules: ["standard-rates"] },
  { name: "approval", kind: "agent", port: 9084 },
  { name: "chat", kind: "agent", port: 9085 },
  { name: "tour", kind: "agent", port: 9086, publishes: true, optional: true },
];

export const assessors: readonly AgentService[] = agents.filter(({ kind }) => kind === "assessor");

/** A service that answers HTTP itself: where, and by which path it says that it lives. */
export interface HttpService {
  readonly name: string;
  readonly port: number;
  readonly livePath: string;
}

export const gateway: HttpService = { name: "gateway", port: 3000, livePath: "/livez" };
export const simulator: HttpService = { name: "model-simulator", port: 8090, livePath: "/healthz" };

/** The jobs of a release, which listen nowhere. */
export const releaseJobs = { name: "release-jobs" };

/** The ports of an agent's container, which has an address of its own. */
export const CONTAINER_PORTS = { restate: 9080, health: 9081 } as const;

/** An agent's probes on a laptop. */
export const healthPortOf = ({ port }: Pick<AgentService, "port">): number => port + 100;

/** The file that starts a service. */
export const entryOf = (name: string): URL => new URL(`./${name}/main.ts`, import.meta.url);
