// Finds the agent that made a model call, and holds the reply.

import type { SimulatedRequest, Simulator } from "@holdfast/simulator";

export type CallingAgent =
  | "eligibility"
  | "rate-comparison"
  | "fraud"
  | "decision"
  | "remote-multi-agent"
  | "chat"
  | "another";

const AGENT_OF_TOOL: Readonly<Record<string, CallingAgent>> = {
  look_up_coverage: "eligibility",
  compare_to_standard_rate: "rate-comparison",
  check_claim_history: "fraud",
  check_eligibility: "remote-multi-agent",
};

/** The agent that makes a call: known by its tools, and without any by its output. */
export function callerOf({ tools, outputSchema }: SimulatedRequest): CallingAgent {
  for (const { name } of tools) {
    const agent = AGENT_OF_TOOL[name];
    if (agent) return agent;
  }
  if (tools.length > 0) return "another";
  return outputSchema ? "decision" : "chat";
}

/** Whether the call comes after the agent's tools have answered. */
export function hasToolResults({ items }: SimulatedRequest): boolean {
  return items.some(({ type }) => type === "tool_result");
}

export interface HeldCalls {
  /** The `nth` matching call, the first by default; resolves when it has come. */
  arrived(nth?: number): Promise<SimulatedRequest>;
  /** Lets them, and all later ones, be answered. */
  release(): void;
}

/** Holds the replies of all matching calls until they are released. Replaces the simulator's script. */
export function holdCalls(simulator: Simulator, matches: (request: SimulatedRequest) => boolean): HeldCalls {
  const gate = Promise.withResolvers<undefined>();
  const calls: SimulatedRequest[] = [];
  const arrivals = new Map<number, (request: SimulatedRequest) => void>();
  simulator.script((request) => {
    if (!matches(request)) return undefined;
    calls.push(request);
    arrivals.get(calls.length)?.(request);
    return gate.promise;
  });
  return {
    arrived: (nth = 1) =>
      new Promise((resolve) => {
        const call = calls[nth - 1];
        if (call) resolve(call);
        else arrivals.set(nth, resolve);
      }),
    release: () => gate.resolve(undefined),
  };
}
