/**
 * Turns a start that failed into one message: the cause, the log lines that show it, and the remedy.
 */

import { isPortFree } from "./free-ports.ts";
import type { RestatePorts } from "./restate-settings.ts";
import type { HealthOutcome } from "./until-healthy.ts";

/** One of the server's ports is taken by another process. */
export class PortInUseError extends Error {
  override readonly name = "PortInUseError";
  readonly port: number;

  constructor(port: number, role: string) {
    super(
      `restate-server cannot start: port ${port} (${role}) is in use. ` +
        `End the process that listens on it (\`lsof -i :${port}\` shows which), or choose another ${role} port.`,
    );
    this.port = port;
  }
}

/** The server ended, or did not answer in time. Its message quotes the log and names a remedy. */
export class RestateStartError extends Error {
  override readonly name = "RestateStartError";
  readonly outcome: "exited" | "timeout";

  constructor(outcome: "exited" | "timeout", message: string) {
    super(message);
    this.outcome = outcome;
  }
}

/**
 * Refuses ports that are taken, before the server is started and has touched its data.
 *
 * @throws PortInUseError
 */
export async function refusePortsInUse(ports: RestatePorts): Promise<void> {
  for (const [role, port] of Object.entries(ports)) {
    if (!(await isPortFree(port))) throw new PortInUseError(port, role);
  }
}

/**
 * The error for a server that ended or did not answer in time.
 *
 * @param givenDataDir - the data directory, if it is not a new temporary one and so can be the cause.
 */
export function startFailure(
  outcome: Exclude<HealthOutcome, "healthy">,
  ports: RestatePorts,
  givenDataDir: string | undefined,
  logLines: readonly string[],
): Error {
  const taken = portInUse(ports, logLines);
  if (taken !== undefined) return taken;
  const what =
    outcome === "exited"
      ? "restate-server ended while it started:"
      : "restate-server did not answer in time (a larger `startTimeoutMs` helps on a slow machine):";
  return new RestateStartError(
    outcome,
    [what, ...causeLines(logLines).map((line) => `  ${line}`), remedy(givenDataDir, logLines)].join("\n"),
  );
}

function remedy(givenDataDir: string | undefined, logLines: readonly string[]): string {
  if (logLines.some((line) => /configuration loading error/.test(line))) {
    return "Correct the RESTATE_* settings given in `env`; `restate-server --dump-config` shows what there is.";
  }
  if (givenDataDir !== undefined) {
    return (
      `Its data is in ${givenDataDir}: data of a newer server, of another node or cluster name, or of a server that ` +
      "still runs cannot be used. End that server, or choose another data directory."
    );
  }
  return "Give `onLog` to see all it logs.";
}

// Between the check and the start another process may have taken the port; then only the server's log shows it.
function portInUse(ports: RestatePorts, logLines: readonly string[]): PortInUseError | undefined {
  const line = logLines.find((text) => /address (already )?in use/i.test(text));
  if (line === undefined) return undefined;
  const named = Object.entries(ports).find(([, port]) => line.includes(`:${port}`));
  const [role, port] = named ?? ["node", ports.node];
  return new PortInUseError(port, role);
}

/** The lines that show the cause: warnings and errors if there are any, else the last ones. */
function causeLines(lines: readonly string[]): readonly string[] {
  const troubles = lines.filter((line) => /\b(WARN|ERROR|panic|error)\b/.test(line));
  return (troubles.length > 0 ? troubles : lines).slice(-8);
}
