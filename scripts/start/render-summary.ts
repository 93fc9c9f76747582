// What there is to look at and to try, once all runs.

import { sampleClaim } from "@holdfast/contracts";
import type { Ports } from "./ports.ts";
import type { Paint } from "./terminal.ts";

const NAME_WIDTH = 16;

export interface Summary {
  readonly ports: Ports;
  readonly claimId: string;
  /** As people would write them. */
  readonly stateDir: string;
  readonly logDir: string;
}

export function renderSummary({ ports, claimId, stateDir, logDir }: Summary, paint: Paint): string[] {
  const { restate, gateway, simulator, agents } = ports;
  const url = (port: number) => paint("cyan", `http://localhost:${port}`);
  const row = (name: string, value: string) => `  ${name.padEnd(NAME_WIDTH)} ${value}`;
  const agentPorts = [...agents].map(([name, { port }]) => `${name} ${paint("cyan", String(port))}`);
  return [
    paint("bold", "Running"),
    row("gateway", `${url(gateway)}   the public API: /api/claims, /openapi.json`),
    row("Restate ingress", `${url(restate.ingress)}   calls any handler`),
    row("Restate UI", `${url(restate.admin)}   invocations, journals, state`),
    row("agents", agentPorts.join(" · ")),
    ...(simulator === undefined ? [] : [row("model simulator", `${url(simulator)}`)]),
    row("logs", logDir),
    "",
    paint("bold", "Try"),
    ...curls(restate.ingress, gateway, claimId).map((line) => `  ${line}`),
    "",
    `${paint("bold", "Ctrl-C")} stops everything; its state stays in ${stateDir} for the next start (npm run reset drops it).`,
  ];
}

function curls(ingress: number, gateway: number, claimId: string): string[] {
  const claim = JSON.stringify(sampleClaim);
  return [
    `curl localhost:${ingress}/ParallelAgentClaimApproval/run --json '${claim}'`,
    `curl localhost:${ingress}/Chat/session123/message --json '{"message": "Make a poem about durable execution."}'`,
    `curl localhost:${gateway}/api/claims/${claimId}`,
  ];
}
