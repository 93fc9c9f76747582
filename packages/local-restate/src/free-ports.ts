/**
 * Ports for test servers, below the range from which operating systems take the local ports of outgoing
 * connections (32768 on Linux, 49152 on macOS). A server that is killed and restarted on the same port would
 * otherwise now and then find it taken by some client's connection.
 */

import { createServer, type Server } from "node:net";
import getPort from "get-port";

const FIRST_PORT = 15_000;
const BLOCK_SIZE = 100;
const BLOCKS = 170;

interface Block {
  readonly first: number;
  /** The last of its ports that was given out. */
  given: number;
}

/**
 * A process takes its ports from a block of its own, so that no other takes the port of a server that it has killed and
 * restarts. The block is its own as long as it listens on the block's first port: until it ends.
 */
let block: Promise<Block> | undefined;

async function takeBlock(): Promise<Block> {
  // From a random one on: parallel test processes then rarely ask for the same.
  const start = Math.floor(Math.random() * BLOCKS);
  for (let step = 0; step < BLOCKS; step++) {
    const first = FIRST_PORT + ((start + step) % BLOCKS) * BLOCK_SIZE;
    const holder = await listen(first);
    if (holder === undefined) continue;
    holder.unref();
    return { first, given: first };
  }
  throw new Error(
    `All ${BLOCKS} blocks of ports from ${FIRST_PORT} on are taken by other test processes: end some of them.`,
  );
}

/** A port of this process's own on which nothing listens; none is given again before all the others were. */
export async function freePort(): Promise<number> {
  block ??= takeBlock();
  const mine = await block;
  const count = BLOCK_SIZE - 1;
  const candidates = Array.from(
    { length: count },
    (_, step) => mine.first + 1 + ((mine.given - mine.first + step) % count),
  );
  mine.given = await getPort({ port: candidates });
  return mine.given;
}

/** Whether `port` can be listened on at 127.0.0.1 at this moment. */
export async function isPortFree(port: number): Promise<boolean> {
  const probe = await listen(port);
  if (probe === undefined) return false;
  await new Promise((resolve) => probe.close(resolve));
  return true;
}

/** Undefined when somebody else listens there. */
function listen(port: number): Promise<Server | undefined> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(undefined));
    server.listen(port, "127.0.0.1", () => resolve(server));
  });
}
