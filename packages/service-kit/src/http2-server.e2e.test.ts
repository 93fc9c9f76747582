// Restate behind a Service, as in Kubernetes: a connection leads to the pod that it was opened to, for as long as it is open.

import { once } from "node:events";
import { connect, createServer, type Socket } from "node:net";
import { createIngress, type Ingress, type RestateServer, startRestateServer } from "@holdfast/testing";
import { type Context, service } from "@restatedev/restate-sdk";
import { afterAll, beforeAll, expect, it, onTestFinished } from "vitest";
import { serveRestate } from "./http2-server.ts";

let restate: RestateServer;
let ingress: Ingress;
beforeAll(async () => {
  restate = await startRestateServer({
    env: { RESTATE_WORKER__INVOKER__HTTP2_STREAMS_PER_CONNECTION_LIMIT: "1" },
  });
  ingress = createIngress(restate.ingressUrl);
});
afterAll(() => restate.stop());

/** A pod with a service that counts its attempts, and works until it is stopped. */
async function startPod(name: string, maxAttempts = 3) {
  const end = Promise.withResolvers<void>();
  let working = 0;
  const handlers = {
    attempts: async () => maxAttempts,
    work: async (ctx: Context) => {
      working++;
      await ctx.run(() => end.promise);
    },
  };
  const pod = await serveRestate({
    host: "127.0.0.1",
    port: 0,
    services: [service({ name, handlers, options: { retryPolicy: { maxAttempts } } })],
    logger: () => {},
    connectionAgeMs: 500,
  });
  onTestFinished(() => pod.close());
  return { port: pod.port, working: () => working, end: end.resolve };
}

type Pod = Awaited<ReturnType<typeof startPod>>;

/** Leads each new connection to the next of its pods. */
async function startKubernetesService(...pods: Pod[]) {
  const sockets = new Set<Socket>();
  const server = createServer((client) => {
    const [next] = pods;
    if (next === undefined) throw new Error("it has no pods");
    pods.push(...pods.splice(0, 1));
    const pod = connect(next.port, "127.0.0.1");
    for (const socket of [client, pod]) sockets.add(socket.on("error", () => {}));
    client.pipe(pod).pipe(client);
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("it listens to no port");
  return {
    url: `http://127.0.0.1:${address.port}`,
    leadTo: (...others: Pod[]) => void pods.splice(0, pods.length, ...others),
  };
}

it("Restate asks the pod that is there now what it offers, while the one before still ends", async () => {
  const [before, now] = [await startPod("Asked", 3), await startPod("Asked", 4)];
  const kubernetes = await startKubernetesService(before);
  await restate.register(kubernetes.url);
  expect(await ingress.call("Asked", "attempts")).toBe(3);

  kubernetes.leadTo(now);
  await restate.register(kubernetes.url);
  const registered = (await restate.admin.services()).find(({ name }) => name === "Asked");
  expect(registered).toMatchObject({ retry_policy: { max_attempts: 4 } });
});

it("work spreads over pods when Restate sends one request on a connection, as the chart has it", async () => {
  const pods = [await startPod("Spread"), await startPod("Spread")] as const;
  const kubernetes = await startKubernetesService(...pods);
  await restate.register(kubernetes.url);
  const ids = await Promise.all(Array.from({ length: 16 }, () => ingress.send("Spread", "work")));
  const begun = () => pods.map((pod) => pod.working());
  await expect.poll(begun, { timeout: 10_000 }).toEqual([8, 8]);
  for (const pod of pods) pod.end();
  await Promise.all(ids.map((id) => ingress.attach(id)));
});

it("work comes to a new pod, while what runs in the old one goes on", async () => {
  const old = await startPod("Scaled", 3);
  const kubernetes = await startKubernetesService(old);
  await restate.register(kubernetes.url);
  const running = await ingress.send("Scaled", "work");
  await expect.poll(old.working, { timeout: 10_000 }).toBe(1);
  expect(await ingress.call("Scaled", "attempts")).toBe(3);

  kubernetes.leadTo(await startPod("Scaled", 4));
  await expect.poll(() => ingress.call("Scaled", "attempts"), { timeout: 10_000 }).toBe(4);
  old.end();
  await ingress.attach(running);
  expect(old.working()).toBe(1);
});
