// Renders the start screen: what there is to look at and to try, once all runs.

import { sampleClaim } from "@holdfast/contracts";
import type { Ports } from "../ports.ts";
import { NAME_WIDTH } from "./name-width.ts";
import type { Paint } from "./terminal.ts";

export interface Summary {
  readonly ports: Ports;
  /** The agents' process ids. */
  readonly pids: ReadonlyMap<string, number>;
  readonly claimId: string;
  /** Of the claim; absent without telemetry. */
  readonly traceId: string | undefined;
  /** As people would write them. */
  readonly stateDir: string;
  readonly logDir: string;
}

export function renderSummary(summary: Summary, paint: Paint): string[] {
  const { stateDir, logDir, traceId, pids } = summary;
  const { restate, gateway, simulator, telemetry, agents } = summary.ports;
  const url = (port: number) => paint("cyan", `http://localhost:${port}`);
  const row = (name: string, value: string) => `  ${name.padEnd(NAME_WIDTH)} ${value}`;
  const agentRows = [...agents].map(([name, { port }]) =>
    row(name, `port ${paint("cyan", String(port))}   process ${paint("cyan", String(pids.get(name)))}`),
  );
  return [
    paint("bold", "Running"),
    row("gateway", `${url(gateway)}   the public API: /api/claims, /openapi.json`),
    row("Restate ingress", `${url(restate.ingress)}   calls any handler`),
    row("Restate UI", `${url(restate.admin)}   invocations, journals, state`),
    ...agentRows,
    ...(simulator === undefined ? [] : [row("model simulator", `${url(simulator)}`)]),
    ...(telemetry === undefined
      ? []
      : [
          row("the trace", paint("cyan", `http://localhost:${telemetry.jaegerUi}/trace/${traceId}`)),
          row(
            "metrics",
            `${paint("cyan", `http://localhost:${telemetry.metrics}/metrics`)}   for Prometheus`,
          ),
        ]),
    row("logs", logDir),
    "",
    paint("bold", "Try"),
    ...examples(summary, paint),
    "",
    `${paint("bold", "Ctrl-C")} stops everything; its state stays in ${stateDir} for the next start (npm run reset drops it).`,
  ];
}

/** What to do about a claim that waits for a person while nothing runs any more. */
export function renderHowToAnswer({ gateway }: Ports, claimId: string): string[] {
  return [
    "The claim waits for a reviewer. It is kept: at the next `npm start`, answer with",
    `  curl localhost:${gateway}/api/claims/${claimId}/decision --json '{"outcome": "approve"}'`,
  ];
}

function examples({ ports: { restate, gateway }, pids, claimId }: Summary, paint: Paint): string[] {
  const claim = JSON.stringify(sampleClaim);
  const large = JSON.stringify({ ...sampleClaim, amount: 20_000 });
  const examples = [
    ["the claim above", `curl localhost:${gateway}/api/claims/${claimId}`],
    [
      "a claim that a person decides: the line to answer with appears here",
      `curl localhost:${gateway}/api/claims --json '${large}'`,
    ],
    ["an agent that dies: it is started again, and goes on where it was", `kill -9 ${pids.get("fraud")}`],
    [
      "the assessing agents in parallel",
      `curl localhost:${restate.ingress}/ParallelAgentClaimApproval/run --json '${claim}'`,
    ],
    [
      "a chat that remembers",
      `curl localhost:${restate.ingress}/Chat/session123/message --json '{"message": "Make a poem about durable execution."}'`,
    ],
  ] as const;
  return examples.flatMap(([what, command]) => [`  ${paint("dim", `# ${what}`)}`, `  ${command}`]);
}
