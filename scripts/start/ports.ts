// The ports of a local run, and whether they are free.

import { connect, createServer } from "node:net";
import type { RestatePorts } from "@holdfast/local-restate";
import { agents, gateway, healthPortOf, simulator } from "../../services/catalogue.ts";

/** A port and what it is for. */
export interface NamedPort {
  readonly port: number;
  readonly role: string;
}

export interface TelemetryPorts {
  readonly jaegerUi: number;
  /** Where the collector hands traces on. */
  readonly jaegerOtlp: number;
  readonly otlp: number;
  readonly metrics: number;
}

export interface Ports {
  readonly restate: RestatePorts;
  readonly gateway: number;
  /** Absent when a model is configured. */
  readonly simulator: number | undefined;
  /** Absent without a collector and Jaeger. */
  readonly telemetry: TelemetryPorts | undefined;
  readonly agents: ReadonlyMap<string, { readonly port: number; readonly healthPort: number }>;
}

const RESTATE: RestatePorts = { ingress: 8080, admin: 9070, node: 5122 };
const TELEMETRY: TelemetryPorts = { jaegerUi: 16_686, jaegerOtlp: 4317, otlp: 4318, metrics: 8889 };

export const HIGHEST_PORT = Math.max(RESTATE.admin, TELEMETRY.jaegerUi, ...agents.map(healthPortOf));

export function choosePorts(offset: number, withSimulator: boolean, withTelemetry = false): Ports {
  return {
    restate: {
      ingress: RESTATE.ingress + offset,
      admin: RESTATE.admin + offset,
      node: RESTATE.node + offset,
    },
    gateway: gateway.port + offset,
    simulator: withSimulator ? simulator.port + offset : undefined,
    telemetry: withTelemetry
      ? {
          jaegerUi: TELEMETRY.jaegerUi + offset,
          jaegerOtlp: TELEMETRY.jaegerOtlp + offset,
          otlp: TELEMETRY.otlp + offset,
          metrics: TELEMETRY.metrics + offset,
        }
      : undefined,
    agents: new Map(
      agents.map((agent) => [
        agent.name,
        { port: agent.port + offset, healthPort: healthPortOf(agent) + offset },
      ]),
    ),
  };
}

/** Every port with its name, in the order in which people look for them. */
export function listPorts({ restate, gateway, simulator, telemetry, agents }: Ports): NamedPort[] {
  return [
    { port: restate.ingress, role: "Restate's ingress" },
    { port: restate.admin, role: "Restate's UI and admin API" },
    { port: restate.node, role: "Restate's own" },
    { port: gateway, role: "gateway" },
    ...(simulator === undefined ? [] : [{ port: simulator, role: "model simulator" }]),
    ...(telemetry === undefined
      ? []
      : [
          { port: telemetry.jaegerUi, role: "Jaeger's UI" },
          { port: telemetry.jaegerOtlp, role: "Jaeger's own" },
          { port: telemetry.otlp, role: "collector" },
          { port: telemetry.metrics, role: "metrics" },
        ]),
    ...[...agents].flatMap(([name, { port, healthPort }]) => [
      { port, role: name },
      { port: healthPort, role: `${name}'s probes` },
    ]),
  ];
}

// Of the numbers that offsets lead to: https://fetch.spec.whatwg.org/#port-blocking
const REFUSED_BY_FETCH: ReadonlySet<number> = new Set([
  3659, 4045, 4190, 5060, 5061, 6000, 6566, 6665, 6666, 6667, 6668, 6669, 6679, 6697, 10_080,
]);

/** Those that browsers and `fetch` would not ask, whoever listens there. Agents' own are asked by Restate alone. */
export function portsRefusedByFetch(ports: Ports): NamedPort[] {
  return listPorts(ports).filter(({ port, role }) => REFUSED_BY_FETCH.has(port) && !ports.agents.has(role));
}

/** Those of the ports on which something listens already. */
export async function portsInUse(ports: readonly NamedPort[]): Promise<NamedPort[]> {
  const free = await Promise.all(ports.map(({ port }) => isFree(port)));
  return ports.filter((_, i) => !free[i]);
}

/** Names each port that is in use and what to do about it, in one line. */
export function describePortsInUse(used: readonly NamedPort[], all: readonly NamedPort[]): string {
  const remedy = "or move all of Holdfast's ports, e.g. with HOLDFAST_PORT_OFFSET=1000.";
  if (used.length === all.length) {
    const numbers = used.map(({ port }) => port).join(", ");
    return `All ports are in use (${numbers}), by another \`npm start\` as it seems: stop it in its own folder, ${remedy}`;
  }
  const [subject, verb] = used.length === 1 ? ["Port", "is"] : ["Ports", "are"];
  const names = used.map(({ port, role }) => `${port} (${role})`).join(", ");
  return `${subject} ${names} ${verb} in use: stop what listens there (\`lsof -i :${used[0]?.port}\` names it), ${remedy}`;
}

async function isFree(port: number): Promise<boolean> {
  // Where something listens at ::1 alone, `localhost` would lead there and not to us.
  return (await canListen(port)) && !(await accepts(port, "::1"));
}

function canListen(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once("error", () => resolve(false));
    probe.listen(port, "127.0.0.1", () => probe.close(() => resolve(true)));
  });
}

function accepts(port: number, host: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ port, host });
    const answer = (accepted: boolean) => {
      socket.destroy();
      resolve(accepted);
    };
    socket.once("connect", () => answer(true)).once("error", () => answer(false));
    socket.setTimeout(500, () => answer(false));
  });
}
