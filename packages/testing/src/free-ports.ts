/**
 * Ports for test servers, below the range from which operating systems take the local ports of outgoing
 * connections (32768 on Linux, 49152 on macOS). A server that is killed and restarted on the same port would
 * otherwise now and then find it taken by some client's connection.
 */

import { createServer } from "node:net";
import getPort from "get-port";

const FIRST_PORT = 15_000;
const LAST_PORT = 31_999;

/** Ports to try, from a random one on: parallel test processes then rarely race for the same. */
function* candidates(): Generator<number> {
  const count = LAST_PORT - FIRST_PORT + 1;
  const start = Math.floor(Math.random() * count);
  for (let step = 0; step < count; step++) yield FIRST_PORT + ((start + step) % count);
}

/** A port on which nothing listens; it is not given out again by this process for some seconds. */
export function freePort(): Promise<number> {
  return getPort({ port: candidates() });
}

/** Whether `port` can be listened on at 127.0.0.1 at this moment. */
export function isPortFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once("error", () => resolve(false));
    probe.listen(port, "127.0.0.1", () => probe.close(() => resolve(true)));
  });
}
