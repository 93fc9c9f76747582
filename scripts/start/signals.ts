// Ctrl-C and its like: the first asks for an orderly end, a second one ends all at once.

export interface StopSignals {
  /** Aborted when this process is asked to end. */
  readonly signal: AbortSignal;
  /** Listens no more. */
  dispose(): void;
}

const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
// npm hands on the Ctrl-C that the terminal has sent to its whole group, us included, already.
const SAME_CTRL_C_MS = 300;
const PARENT_POLL_MS = 1_000;
// What shells report for a process that SIGINT ended.
export const INTERRUPTED = 130;

export function listenForStop(killAll: () => void): StopSignals {
  const asked = new AbortController();
  let askedAt = 0;
  const stop = () => {
    if (!asked.signal.aborted) {
      askedAt = performance.now();
      return asked.abort(new Error("asked to stop"));
    }
    if (performance.now() - askedAt < SAME_CTRL_C_MS) return;
    killAll();
    process.exit(INTERRUPTED);
  };
  for (const name of SIGNALS) process.on(name, stop);
  // Nobody reads any more, as in `npm start | head`.
  const closed = () => asked.abort(new Error("the output was closed"));
  process.stdout.on("error", closed);
  const parent = watchParent(() => asked.abort(new Error("npm was killed")));
  return {
    signal: asked.signal,
    dispose() {
      clearInterval(parent);
      for (const name of SIGNALS) process.off(name, stop);
    },
  };
}

/** An npm that is killed tells nobody; nobody would be left to stop what it started. */
function watchParent(onGone: () => void): NodeJS.Timeout | undefined {
  if (process.env.npm_lifecycle_event === undefined) return undefined;
  const parent = process.ppid;
  return setInterval(() => {
    if (process.ppid !== parent) onGone();
  }, PARENT_POLL_MS).unref();
}
