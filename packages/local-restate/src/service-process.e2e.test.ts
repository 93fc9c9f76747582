import { createIngress, waitForStatus } from "@holdfast/testing";
import { afterEach, describe, expect, it } from "vitest";
import { freePort } from "./free-ports.ts";
import { startRestateServer } from "./restate-server.ts";
import { type ServiceProcess, startServiceProcess } from "./service-process.ts";

const entry = new URL("./fixtures/waiting-service.ts", import.meta.url);
const ready = /listening url=(?<url>\S+)/;

describe("a service's own process", () => {
  const cleanups: (() => Promise<unknown>)[] = [];
  afterEach(async () => {
    for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
  });

  async function startWaitingService(): Promise<ServiceProcess> {
    const service = await startServiceProcess({ entry, ready, env: { PORT: String(await freePort()) } });
    cleanups.push(() => service.stop());
    return service;
  }

  it("is killed in the middle of an invocation, which goes on in the next process", async () => {
    const server = await startRestateServer();
    cleanups.push(() => server.stop());
    const service = await startWaitingService();
    await server.register(service.url ?? "");
    const ingress = createIngress(server.ingressUrl);
    const id = await ingress.send("Waiting", "run");
    const line = await service.waitForLine(/^effect before/);
    await waitForStatus(server, id, (row) => (row.journal_size ?? 0) >= 3);
    const killed = service.pid;
    await service.kill9();
    expect(() => process.kill(killed, 0)).toThrow("ESRCH");
    await ingress.resolveAwakeable(line.replace(/.*awakeable=/, ""), "yes");
    await service.restart();
    expect(service.pid).not.toBe(killed);
    expect(await ingress.attach(id)).toBe("answered yes");
    expect(service.output().filter((text) => text.startsWith("effect"))).toEqual(["effect after"]);
  });

  it("gives its exit code when it is stopped", async () => {
    const service = await startWaitingService();
    expect(await service.stop()).toBe(0);
    expect(await service.exited).toMatchObject({ expected: true });
  });

  it("quotes its last lines when it does not start", async () => {
    const start = startServiceProcess({ entry, ready, env: { REFUSE: "no model configured" } });
    await expect(start).rejects.toThrow(
      /waiting-service\.ts ended \(exit code 3\) before .*\n.*\n {2}cannot start: no model configured/,
    );
  });

  it("rejects a wait for a line when the process ends first", async () => {
    const service = await startWaitingService();
    const line = service.waitForLine(/never printed/);
    process.kill(service.pid, "SIGKILL");
    await expect(line).rejects.toThrow(/ended \(SIGKILL\) before it printed a line like \/never printed\//);
  });
});
