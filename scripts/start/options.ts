// Parses the arguments of `npm start`, and the environment variables that move it aside.

import { relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { FailedStart } from "./failed-start.ts";
import { HIGHEST_PORT } from "./ports.ts";

export interface StartOptions {
  readonly once: boolean;
  readonly help: boolean;
  /** Whether to start a collector and Jaeger too. */
  readonly telemetry: boolean;
  /** Added to every port, so that a second copy can run beside the first. */
  readonly portOffset: number;
  /** Restate's data, the logs and the process id. */
  readonly stateDir: string;
}

type Environment = Readonly<Record<string, string | undefined>>;

const ROOT = fileURLToPath(new URL("../..", import.meta.url));

export const USAGE = `Starts Holdfast on this machine: Restate, each agent as a process of its own, and the gateway. Submits one sample
claim, shows what happens to it, and stays up until Ctrl-C.

  npm start                 all of it
  npm start -- --once       ends once the sample claim is decided, and stops all it started
  npm start -- --telemetry  also a collector and Jaeger, by their programs or in Docker, for the claim's trace
  npm run reset             drops the state that a start leaves in .holdfast/

Environment
  OPENAI_API_KEY, OPENAI_BASE_URL, OPENAI_MODEL, OPENAI_API
                            the model; with neither a key nor a base URL a simulator answers in its place
  LANGFUSE_PUBLIC_KEY, LANGFUSE_SECRET_KEY, LANGFUSE_BASE_URL
                            where traces go too, with --telemetry or without
  HOLDFAST_PORT_OFFSET      is added to each port (0)
  HOLDFAST_DIR              where state and logs are kept (.holdfast)
  Every other setting of a service is handed on to it, such as REVIEW_SLA_MS or SIMULATOR_LATENCY_MS.

Exit codes
  0  the sample claim was decided (--once), or Ctrl-C ended it
  1  it could not start; with --once also: the claim failed, or was not decided in time
  2  with --once: the sample claim waits for a reviewer. It is kept, and goes on at the next start.
  130  it was interrupted before it had done its work
`;

/** @throws FailedStart naming the argument or variable that is wrong */
export function parseOptions(args: readonly string[], env: Environment): StartOptions {
  return { ...parseArguments(args), portOffset: parseOffset(env), stateDir: stateDir(env) };
}

/** Where `npm start` keeps what it leaves behind. */
export function stateDir({ HOLDFAST_DIR }: Environment): string {
  return resolve(ROOT, HOLDFAST_DIR || ".holdfast");
}

/** A path as people here would write it. */
export function shown(path: string): string {
  const fromRoot = relative(ROOT, path);
  return fromRoot.startsWith("..") ? path : fromRoot;
}

function parseArguments(args: readonly string[]): Pick<StartOptions, "once" | "help" | "telemetry"> {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        once: { type: "boolean", default: false },
        help: { type: "boolean", short: "h", default: false },
        telemetry: { type: "boolean", default: false },
      },
    });
    return { ...values };
  } catch (error) {
    throw new FailedStart(
      `${(error as Error).message.split(". ")[0]}. \`npm start -- --help\` shows what there is.`,
    );
  }
}

function parseOffset({ HOLDFAST_PORT_OFFSET: given }: Environment): number {
  const offset = Number(given || 0);
  const largest = 65_535 - HIGHEST_PORT;
  if (Number.isInteger(offset) && offset >= 0 && offset <= largest) return offset;
  throw new FailedStart(`HOLDFAST_PORT_OFFSET must be a whole number from 0 to ${largest}.`);
}
