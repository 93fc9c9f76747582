// Ports for an `npm start` of a test's own.

import { choosePorts, listPorts, type Ports, portsInUse } from "../../scripts/start/ports.ts";

/** An offset at which nothing listens, below the ports that systems give to outgoing connections. */
export async function freeOffset(): Promise<Ports & { readonly offset: number }> {
  for (;;) {
    const offset = 12_000 + Math.floor(Math.random() * 10_000);
    const ports = choosePorts(offset, true);
    if ((await portsInUse(listPorts(ports))).length === 0) return { offset, ...ports };
  }
}
