// `npm start` from its first line to its last: checks, starts, shows the sample claim, waits, stops.

import { setTimeout as delay } from "node:timers/promises";
import { sampleClaim } from "@holdfast/contracts";
import { describeFailure, FailedStart } from "./failed-start.ts";
import { enterInstance } from "./instance.ts";
import { chooseModel, type ModelChoice } from "./models.ts";
import { parseOptions, type StartOptions, shown, USAGE } from "./options.ts";
import {
  choosePorts,
  describePortsInUse,
  listPorts,
  type Ports,
  portsInUse,
  portsRefusedByFetch,
} from "./ports.ts";
import { LocalSystem } from "./processes/local-system.ts";
import { Logs } from "./processes/logs.ts";
import { Progress } from "./show/progress.ts";
import { renderHowToAnswer, renderSummary } from "./show/render-summary.ts";
import { renderClaim } from "./show/render-timeline.ts";
import { submitClaim } from "./show/sample-claim.ts";
import { showClaim } from "./show/show-claim.ts";
import { Terminal } from "./show/terminal.ts";
import { INTERRUPTED, listenForStop } from "./signals.ts";
import type { Telemetry } from "./telemetry/config.ts";
import { findTelemetry } from "./telemetry/find.ts";

type Environment = Readonly<Record<string, string | undefined>>;

interface Run {
  readonly options: StartOptions;
  readonly env: Environment;
  readonly terminal: Terminal;
  readonly model: ModelChoice;
  readonly ports: Ports;
  readonly telemetry: Telemetry | undefined;
}

const DECIDED = 0;
const FAILED = 1;
const WAITS_FOR_A_REVIEWER = 2;

const DECISION_TIMEOUT_MS = 120_000;

/** @returns the exit code; `USAGE` lists what each means */
export async function main(args: readonly string[], env: Environment): Promise<number> {
  const terminal = new Terminal();
  try {
    const options = parseOptions(args, env);
    if (options.help) {
      process.stdout.write(USAGE);
      return 0;
    }
    return await runAlone(options, env, terminal);
  } catch (error) {
    console.error(`${terminal.paint("red", "✖")} ${describeFailure(error)}`);
    return FAILED;
  }
}

async function runAlone(options: StartOptions, env: Environment, terminal: Terminal): Promise<number> {
  const model = chooseModel(env);
  const leave = enterInstance(options.stateDir);
  try {
    const ports = choosePorts(options.portOffset, model.simulated, options.telemetry);
    const [refused] = portsRefusedByFetch(ports);
    if (refused) {
      throw new FailedStart(
        `HOLDFAST_PORT_OFFSET=${options.portOffset} leads to port ${refused.port} (${refused.role}), which browsers and fetch never ask: take another number.`,
      );
    }
    const telemetry = ports.telemetry && findTelemetry(ports.telemetry, env);
    telemetry?.clear();
    const all = listPorts(ports);
    const used = await portsInUse(all);
    if (used.length > 0) throw new FailedStart(describePortsInUse(used, all));
    return await runUntilStopped({ options, env, terminal, model, ports, telemetry }, leave);
  } finally {
    leave();
  }
}

async function runUntilStopped(run: Run, leave: () => void): Promise<number> {
  const { options, terminal } = run;
  const logs = new Logs(options.stateDir, terminal);
  const { stateDir } = options;
  const system = new LocalSystem({ ...run, stateDir, logs, progress: new Progress(terminal) });
  const stop = listenForStop(() => {
    system.kill();
    leave();
  });
  let settled = false;
  try {
    await startAll(run, system, stop.signal);
    const code = await decideSample(run, system.pids(), stop.signal);
    settled = true;
    if (options.once) return code;
    await aborted(stop.signal);
    return 0;
  } catch (error) {
    if (!stop.signal.aborted) throw error;
    return settled ? 0 : INTERRUPTED;
  } finally {
    logs.quiet();
    await stopAll(terminal, system);
    logs.close();
    stop.dispose();
  }
}

async function startAll(
  { model, options, terminal }: Run,
  system: LocalSystem,
  signal: AbortSignal,
): Promise<void> {
  const { paint } = terminal;
  terminal.lines(["", `${paint("bold", "Holdfast")}  state and logs in ${shown(options.stateDir)}`]);
  terminal.lines([model.simulated ? paint("yellow", model.description) : model.description, ""]);
  await system.start(signal);
  terminal.line();
}

/** Submits the sample claim and shows what becomes of it. @returns the exit code if it were all there is to do */
async function decideSample(
  { env, options, ports, terminal }: Run,
  pids: ReadonlyMap<string, number>,
  signal: AbortSignal,
): Promise<number> {
  const gateway = { url: `http://127.0.0.1:${ports.gateway}`, token: env.GATEWAY_TOKEN };
  const { claimId, traceId } = await submitClaim(gateway, sampleClaim, signal);
  terminal.lines([...renderClaim(sampleClaim, claimId, terminal.paint), ""]);
  const claim = showClaim(gateway, claimId, sampleClaim, terminal, signal);
  const late = delay(DECISION_TIMEOUT_MS, "late" as const, { ref: false });
  const outcome = await Promise.race([claim.settled, late]);
  if (outcome === "late") {
    const line = `The sample claim was not decided within ${DECISION_TIMEOUT_MS / 60_000} minutes; last seen: ${claim.lastSeen()}. Logs: ${shown(options.stateDir)}/logs`;
    if (options.once) throw new FailedStart(line);
    terminal.lines([line, ""]);
  }
  const waits = outcome === "waits for a reviewer";
  const { paint } = terminal;
  if (options.once && ports.telemetry) {
    const line = "Jaeger ends with all else, and the claim's trace with it: leave --once out to look at it.";
    terminal.lines([paint("dim", line), ""]);
  }
  if (options.once && waits) terminal.lines(["", ...renderHowToAnswer(ports, claimId), ""]);
  if (!options.once) {
    const dir = shown(options.stateDir);
    const summary = { ports, pids, claimId, traceId, stateDir: dir, logDir: `${dir}/logs` };
    terminal.lines([...(waits ? [""] : []), ...renderSummary(summary, paint)]);
  }
  if (waits) return WAITS_FOR_A_REVIEWER;
  return outcome !== "late" && outcome.status === "failed" ? FAILED : DECIDED;
}

async function stopAll(terminal: Terminal, system: LocalSystem): Promise<void> {
  const startedAt = performance.now();
  const seconds = () => `${((performance.now() - startedAt) / 1000).toFixed(1)} s`;
  terminal.status(() => `stopping  ${seconds()}`);
  await system.stop();
  terminal.status(undefined);
  terminal.line(terminal.paint("dim", `Stopped all in ${seconds()}.`));
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener("abort", () => resolve(), { once: true });
  });
}
