// Checks that each part of the release reaches what the table names, and nothing else of it.

import { once } from "node:events";
import { connect } from "node:http2";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { kubectl } from "./support/commands.ts";
import { VERSION } from "./support/images.ts";
import { namespaceOf } from "./support/namespaces.ts";
import { PortForward } from "./support/port-forward.ts";
import { expectReached, NAME_SERVER } from "./support/probe.ts";
import { METRICS_READER, useSharedRelease } from "./support/system.ts";
import { whySkipped } from "./support/why-skipped.ts";

const FRAUD = `fraud-${VERSION.replaceAll(".", "-")}`;

/** A line a pod: the part that it is, and where it has what. */
const MOUNTS_OF_PODS =
  "{range .items[*]}{.metadata.labels.app\\.kubernetes\\.io/name}: {.spec.containers[*].volumeMounts[*].mountPath}{'\\n'}{end}";

const DNS = "DNS";
const API = "the cluster's API";
const telemetry = ["collector 4317", "collector 4318"];
const allowed: Readonly<Record<string, readonly string[]>> = {
  fraud: [DNS, "model-simulator 8090", ...telemetry],
  // With telemetry it tells what waits in Restate, which the admin API knows.
  gateway: [DNS, "restate 8080", "restate 9070", ...telemetry],
  restate: [DNS, "fraud 9080", ...telemetry],
  "release-jobs": [DNS, "restate 9070"],
  "claim-test": [DNS, "gateway 3000"],
  "model-simulator": [DNS, ...telemetry],
  // Whose pods send what, the API tells it.
  collector: [DNS, API, "jaeger 4317"],
  jaeger: [],
  // Whatever else carries the name of the release.
  unheard: [],
};
const allowedToAnybody = [DNS, API, "gateway 3000"];
/** To whoever the values name as the reader of metrics. */
const metrics = ["collector 8888", "collector 8889", "restate 5122"];

describe.skipIf(whySkipped())("the network", () => {
  const system = useSharedRelease();
  const targets: Record<string, string> = {};

  // By addresses, so that what may not look up names is refused more than that.
  beforeAll(async () => {
    const { release } = system();
    const address = (name: string, namespace = release.namespace) =>
      kubectl("get", "service", name, `--namespace=${namespace}`, "--output=jsonpath={.spec.clusterIP}");
    const ports = {
      gateway: [3000],
      restate: [8080, 9070, 5122],
      fraud: [9080],
      "model-simulator": [8090],
      collector: [4317, 4318, 8888, 8889],
      jaeger: [4317, 16_686],
    };
    for (const [part, numbers] of Object.entries(ports)) {
      const ip = await address(`${release.name}-${part === "fraud" ? FRAUD : part}`);
      for (const port of numbers) targets[`${part} ${port}`] = `${ip}:${port}`;
    }
    const [fraud] = await release.pods("fraud");
    targets["fraud 9081"] = `${fraud?.status.podIP}:9081`;
    targets[API] = `${await address("kubernetes", "default")}:443`;
    targets[DNS] = NAME_SERVER;
  });

  const labelsOf = (part: string, release: string) => ({
    "app.kubernetes.io/name": part,
    "app.kubernetes.io/instance": release,
    ...(part === "fraud" && { "app.kubernetes.io/component": "agent" }),
  });

  it.concurrent.each(Object.keys(allowed))("lets %s reach what it needs alone", async (part) => {
    const { release } = system();
    const probe = {
      name: `probe-${part}`,
      namespace: release.namespace,
      labels: labelsOf(part, release.name),
    };
    await expectReached(probe, targets, allowed[part] ?? []);
  });

  it.concurrent("lets anybody reach the gateway, and nothing else", async () => {
    const { namespace, name } = system().release;
    const elsewhere = await namespaceOf("elsewhere");
    const strangers = [
      { name: "stranger", namespace, labels: {} },
      { name: "stranger", namespace: elsewhere, labels: {} },
      // Labels of this release, but in another namespace; and an agent of another release in this one.
      { name: "pretender", namespace: elsewhere, labels: labelsOf("gateway", name) },
      { name: "neighbour", namespace, labels: labelsOf("fraud", "another") },
    ];
    await Promise.all(strangers.map((stranger) => expectReached(stranger, targets, allowedToAnybody)));
  });

  it.concurrent("lets those that the values name read metrics, and nothing else but the gateway", async () => {
    const { namespace } = system().release;
    const reader = { name: "reader", namespace, labels: METRICS_READER };
    await expectReached(reader, targets, [...allowedToAnybody, ...metrics]);
  });

  describe("an agent's port", () => {
    let agent: PortForward;
    beforeAll(async () => {
      const { namespace, name } = system().release;
      agent = await PortForward.open(namespace, `${name}-${FRAUD}`, 9080);
    });
    afterAll(() => agent.close());

    /** As Restate calls it, but without its signature. */
    const call = async (method: string, path: string) => {
      const session = connect(agent.url);
      try {
        const request = session.request({
          ":method": method,
          ":path": path,
          "content-type": "application/vnd.restate.invocation.v5",
        });
        request.end();
        const [headers] = await once(request, "response");
        return headers[":status"];
      } finally {
        session.destroy();
      }
    };

    it("refuses calls that Restate has not signed", async () => {
      expect(await call("POST", "/invoke/FraudAgent/run")).toBe(401);
      expect(await call("GET", "/discover")).toBe(401);
    });
  });

  it("gives no pod the token of its service account but the collector's", async () => {
    const pods = await system().release.kubectl("get", "pods", `--output=jsonpath=${MOUNTS_OF_PODS}`);
    const withToken = pods.split("\n").filter((line) => line.includes("serviceaccount"));
    expect(pods).toContain("/tmp");
    expect(withToken).toEqual([expect.stringMatching(/^collector:/)]);
  });
});
