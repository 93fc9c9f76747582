// Restate behind a Service, as in Kubernetes: a connection leads to the pod that it was opened to, for as long as it is open.

import { connect, createServer, type Socket } from "node:net";
import { createIngress, startRestateServer } from "@holdfast/testing";
import { service } from "@restatedev/restate-sdk";
import { expect, it, onTestFinished } from "vitest";
import { type RestateEndpoint, serveRestate } from "./http2-server.ts";

/** A pod that offers a service with this many attempts. */
async function startPod(maxAttempts: number): Promise<RestateEndpoint> {
  const echo = service({
    name: "Echo",
    handlers: { run: async () => maxAttempts },
    options: { retryPolicy: { maxAttempts } },
  });
  const pod = await serveRestate({ host: "127.0.0.1", port: 0, services: [echo], logger: () => {} });
  onTestFinished(() => pod.close());
  return pod;
}

/** Leads new connections to whichever pod it was told last. */
async function startKubernetesService() {
  let port = 0;
  const sockets = new Set<Socket>();
  const server = createServer((client) => {
    const pod = connect(port, "127.0.0.1");
    for (const socket of [client, pod]) {
      sockets.add(socket);
      socket.on("error", () => {});
    }
    client.pipe(pod).pipe(client);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("it listens to no port");
  return {
    url: `http://127.0.0.1:${address.port}`,
    leadTo: (pod: RestateEndpoint) => {
      port = pod.port;
    },
  };
}

it("has Restate ask the pod that is there now what it offers, while the one before still ends", async () => {
  const restate = await startRestateServer();
  onTestFinished(() => restate.stop());
  const [before, now] = [await startPod(3), await startPod(4)];
  const kubernetes = await startKubernetesService();
  kubernetes.leadTo(before);
  await restate.register(kubernetes.url);
  // Its connection stays open.
  expect(await createIngress(restate.ingressUrl).call("Echo", "run")).toBe(3);

  kubernetes.leadTo(now);
  await restate.register(kubernetes.url);
  const registered = await (await fetch(`${restate.adminUrl}/services/Echo`)).json();
  expect(registered).toMatchObject({ retry_policy: { max_attempts: 4 } });
});
