// Keeps `npm start` to one process in a state directory, as two would share Restate's data.

import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { FailedStart } from "./failed-start.ts";
import { shown } from "./options.ts";

const pidFile = (stateDir: string) => join(stateDir, "pid");

/** The id of the process that runs here, if one does. A file that a killed process left behind does not count. */
export function runningInstance(stateDir: string): number | undefined {
  let pid: number;
  try {
    pid = Number(readFileSync(pidFile(stateDir), "utf8"));
  } catch {
    return undefined;
  }
  return pid !== process.pid && isStart(pid) ? pid : undefined;
}

/**
 * Notes that this process runs here.
 *
 * @returns takes the note back
 * @throws FailedStart when another one does
 */
export function enterInstance(stateDir: string): () => void {
  const pid = runningInstance(stateDir);
  if (pid !== undefined) {
    throw new FailedStart(
      `npm start already runs here (process ${pid}): stop it with Ctrl-C in its terminal or \`kill ${pid}\`, ` +
        "or start a second one with another HOLDFAST_DIR and HOLDFAST_PORT_OFFSET.",
    );
  }
  try {
    mkdirSync(stateDir, { recursive: true });
    writeFileSync(pidFile(stateDir), String(process.pid));
  } catch (error) {
    throw new FailedStart(
      `${shown(stateDir)} cannot be written (${(error as Error).message}): make it yours, or set HOLDFAST_DIR.`,
    );
  }
  return () => rmSync(pidFile(stateDir), { force: true });
}

/** Whether a process runs, and is a start and no other one that has got its id since. */
function isStart(pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
  try {
    const stdio: ["ignore", "pipe", "ignore"] = ["ignore", "pipe", "ignore"];
    return execFileSync("ps", ["-o", "command=", "-p", String(pid)], { stdio }).includes("start.ts");
  } catch {
    // No ps, or one that does not know these options: better one start too few than two on the same data.
    return true;
  }
}
