/**
 * Ends a child process when this process is gone, however it went. An exit handler does not run when a process is
 * killed with SIGKILL or ends by an unhandled signal, and a server left behind keeps its ports and its memory.
 */

import { spawn } from "node:child_process";
import { Socket } from "node:net";

// The shell's standard input is a pipe whose other end only this process holds: `read` returns when it closes.
const GUARD_SCRIPT = 'read _; kill -9 "$1" 2>/dev/null';

/**
 * Starts a guard (a shell of about 1 MiB) that kills process `pid` once this process has ended.
 *
 * @returns a function that dismisses the guard; call it when the child has exited, before its pid can be reused.
 */
export function guardAgainstOrphan(pid: number): () => void {
  const guard = spawn("/bin/sh", ["-c", GUARD_SCRIPT, "orphan-guard", String(pid)], {
    stdio: ["pipe", "ignore", "ignore"],
    // A group of its own: Ctrl-C in a terminal ends the whole foreground group, which would take the guard first.
    detached: true,
  });
  // Without a shell there is no guard; the child itself still works.
  guard.on("error", () => {});
  guard.unref();
  // A socket underneath, which would keep this process alive as well.
  if (guard.stdin instanceof Socket) guard.stdin.unref();
  return () => {
    guard.kill("SIGKILL");
  };
}
