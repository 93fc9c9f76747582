// Paused invocations against a real Restate: those of one release go on, and nobody else's.

import {
  createIngress,
  type Ingress,
  type RestateServer,
  serveEndpoint,
  startRestateServer,
  waitForStatus,
} from "@holdfast/testing";
import { service } from "@restatedev/restate-sdk";
import { afterAll, beforeAll, expect, it, onTestFinished } from "vitest";
import { startJob } from "./job.ts";
import { register } from "./register.ts";
import { resumePaused } from "./resume.ts";

let server: RestateServer;
let ingress: Ingress;
beforeAll(async () => {
  server = await startRestateServer();
  ingress = createIngress(server.ingressUrl);
});
afterAll(() => server.stop());

const lines: string[] = [];
const newJob = () => startJob(server.adminUrl, 40, (line) => lines.push(line));

/** A service that fails until it is mended, and is paused after its second attempt. */
async function serveBroken(name: string, owner: string) {
  const cause = { mended: false };
  const broken = service({
    name,
    handlers: {
      run: async () => {
        if (!cause.mended) throw new Error("broken");
        return "done";
      },
    },
    options: { retryPolicy: { initialInterval: 10, maxAttempts: 2, onMaxAttempts: "pause" } },
  });
  const endpoint = await serveEndpoint([broken]);
  onTestFinished(() => endpoint.stop());
  await register(newJob(), [`${endpoint.url}/`], owner);
  return { cause, endpoint };
}

async function paused(name: string): Promise<string> {
  const id = await ingress.send(name, "run");
  await waitForStatus(server, id, ({ status }) => status === "paused");
  return id;
}

it("resumes what is paused of its own, and nothing else", async () => {
  const mine = await serveBroken("Mine", "claims/holdfast");
  const other = await serveBroken("Others", "claims/another");
  const [one, two, others] = await Promise.all([paused("Mine"), paused("Mine"), paused("Others")]);
  mine.cause.mended = other.cause.mended = true;

  await resumePaused(newJob(), { owner: "claims/holdfast", prefix: ["http://"] });
  expect(lines.at(-1)).toBe("resumed 2 of Mine");
  expect(await Promise.all([one, two].map((id) => ingress.attach(id)))).toEqual(["done", "done"]);
  expect((await waitForStatus(server, others, () => true)).status).toBe("paused");

  await resumePaused(newJob(), { owner: "claims/holdfast", prefix: ["http://"] });
  expect(lines.at(-1)).toBe("nothing is paused");
});

it("resumes what never reached the service", async () => {
  const { endpoint } = await serveBroken("Away", "claims/away");
  const port = Number(new URL(endpoint.url).port);
  await endpoint.stop();
  const id = await paused("Away");
  const back = await serveEndpoint([service({ name: "Away", handlers: { run: async () => "back" } })], {
    port,
  });
  onTestFinished(() => back.stop());
  await resumePaused(newJob(), { owner: "claims/away", prefix: ["http://"] });
  expect(await ingress.attach(id)).toBe("back");
});
