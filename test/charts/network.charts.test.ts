// Checks the network policies: they let through the connections that are needed, and not one more.

import { afterAll, describe, expect, it } from "vitest";
import { agents } from "../../services/catalogue.ts";
import { Charts, type KubernetesObject, whySkipped } from "./support/chart.ts";
import { edges } from "./support/edges.ts";
import { find, podOf } from "./support/walk.ts";

const AGENTS = agents.map(({ name }) => name);
const to = (from: readonly string[], target: string) => from.map((name) => `${name} → ${target}`);

const simulator = { model: { simulator: { enabled: true } }, tour: { enabled: true } };

const expected = [
  ...AGENTS.map((agent) => `restate → ${agent}:9080`),
  ...to(AGENTS, "model-simulator:8090"),
  // The public door, and the agent that publishes progress while a step runs.
  ...to(["gateway", "tour"], "restate:8080"),
  "release-jobs → restate:9070",
  ...to(["claim-test", "stranger"], "gateway:3000"),
  // It sees there which claims are in trouble.
  "gateway → restate:9070",
];
const traced = [
  ...to([...AGENTS, "gateway", "restate", "model-simulator"], "collector:4317"),
  ...to([...AGENTS, "gateway", "restate", "model-simulator"], "collector:4318"),
  "collector → jaeger:4317",
];
describe.skipIf(whySkipped())("the network", () => {
  const charts = new Charts();
  afterAll(() => charts.remove());
  const render = (values: Record<string, unknown>) => charts.render("holdfast", { values });

  it("has the edges that are needed, and not one more", () => {
    expect(edges(render(simulator), "claims")).toEqual([...expected, ...traced].sort());
  });

  it("has no edge to a collector that there is not", () => {
    const objects = render({ ...simulator, telemetry: { enabled: false } });
    expect(edges(objects, "claims")).toEqual([...expected].sort());
  });

  it("lets nobody from another namespace at anything but the gateway", () => {
    for (const object of render(simulator)) {
      if (object.kind !== "NetworkPolicy" || object.metadata.name === "holdfast-gateway") continue;
      expect(JSON.stringify(object), object.metadata.name).not.toMatch(/namespaceSelector|ipBlock/);
    }
  });

  it("opens the metrics of the collector and of Restate to whom they are for", () => {
    const prometheus = { podSelector: { matchLabels: { app: "prometheus" } } };
    const objects = render({ ...simulator, telemetry: { metrics: { from: [prometheus] } } });
    const opened = (...ports: number[]) => ({
      ingress: expect.arrayContaining([{ from: [prometheus], ports: ports.map((port) => ({ port })) }]),
    });
    expect(find(objects, "NetworkPolicy", "holdfast-collector").spec).toMatchObject(opened(8888, 8889));
    expect(find(objects, "NetworkPolicy", "holdfast-restate").spec).toMatchObject(opened(5122));
  });

  it("opens Restate to an agent that is installed alone beside it, and the way back", () => {
    const weather = { podSelector: { matchLabels: { "app.kubernetes.io/instance": "weather" } } };
    const { spec } = find(
      render({ ...simulator, restate: { agents: [weather] } }),
      "NetworkPolicy",
      "holdfast-restate",
    );
    const at = (port: number) => ({ ports: [{ port }] });
    expect(spec).toMatchObject({
      ingress: [8080, 9070].map((port) => ({ from: expect.arrayContaining([weather]), ...at(port) })),
      egress: expect.arrayContaining([{ to: expect.arrayContaining([weather]), ...at(9080) }]),
    });
  });

  it("opens the port of a model of one's own", () => {
    const model = { existingSecret: "key", baseUrl: "http://vllm.models:8000/v1" };
    const policy = find(render({ model }), "NetworkPolicy", "holdfast-fraud");
    expect(policy.spec).toMatchObject({ egress: expect.arrayContaining([{ ports: [{ port: 8000 }] }]) });
  });

  it("tells Restate's ingress to none but those that call it", () => {
    const callers = render(simulator).filter((object: KubernetesObject) =>
      podOf(object)?.spec.containers.some(({ env }) =>
        env.some(({ name }) => name === "RESTATE_INGRESS_URL"),
      ),
    );
    expect(callers.map(({ metadata }) => metadata.name).sort()).toEqual([
      "holdfast-gateway",
      "holdfast-tour-0-1-0",
    ]);
  });
});
