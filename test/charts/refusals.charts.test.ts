// Values that cannot work are refused at render time, with the key's name and what to do.

import { afterAll, describe, expect, it } from "vitest";
import { type ChartName, Charts, type RenderOptions, whySkipped } from "./support/chart.ts";

type Values = Readonly<Record<string, unknown>>;
type Refusal = readonly [key: string, values: Values, says: string | RegExp];

const simulated = (values: Values) => ({ model: { simulator: { enabled: true } }, ...values });
const agent = (values: Values) => ({ image: { repository: "weather/agent" }, ...values });
const external = (values: Values) =>
  simulated({
    restate: {
      mode: "external",
      external: { ingressUrl: "http://r:8080", adminUrl: "http://r:9070", peers: [{}], ...values },
    },
  });
const operator = (values: Values, more: Values = {}) =>
  simulated({ restate: { mode: "operator", operator: values }, ...more });
const KEY = { identity: { existingSecret: "keys" } };

const impossible: readonly Refusal[] = [
  ["model.existingSecret", {}, "try it out with model.simulator.enabled=true"],
  [
    "model.simulator.enabled",
    { model: { simulator: { enabled: true }, baseUrl: "http://m" } },
    "choose the simulator or a model",
  ],
  [
    "restate.external",
    simulated({ restate: { external: { adminUrl: "http://r:9070" } } }),
    "restate.mode=external",
  ],
  ["restate.agents", simulated({ restate: { mode: "operator", agents: [{}] } }), "restate.mode=standalone"],
  ["restate.external.ingressUrl", external({ ingressUrl: "" }), "is required"],
  ["restate.external.adminUrl", external({ adminUrl: "" }), "is required"],
  ["restate.external.peers", external({ peers: [] }), "networkPolicy.enabled=false"],
  ["identity.existingSecret", external({}), "identity.enabled=false"],
  ["restate.operator.snapshots.destination", operator({ replicas: 3 }), "s3://bucket/holdfast"],
  [
    "restate.operator.snapshots.destination",
    operator({ createNamespace: false, snapshots: { existingSecret: "s3" } }),
    "s3://",
  ],
  ["restate.operator.createNamespace", operator({}, KEY), "make the namespace claims-holdfast"],
  ["restate.operator.clusterName", operator({ clusterName: "claims" }), "release's namespace"],
  ["restate.operator.config", operator({ config: "default-replication = 1" }), "default-replication"],
  ["restate.operator.config", operator({ config: "[worker.snapshots]\n" }), "[worker.snapshots]"],
  [
    "gateway.existingSecret",
    simulated({ gateway: { ingress: { enabled: true, host: "h", tlsSecret: "t" } } }),
    "GATEWAY_TOKEN",
  ],
  ["gateway.existingSecret", simulated({ gateway: { service: { type: "LoadBalancer" } } }), "GATEWAY_TOKEN"],
  [
    "gateway.ingress.tlsSecret",
    simulated({ gateway: { existingSecret: "s", ingress: { enabled: true, host: "h" } } }),
    "in the clear",
  ],
  [
    "gateway.ingress.host",
    simulated({ gateway: { existingSecret: "s", ingress: { enabled: true, tlsSecret: "t" } } }),
    "in the clear",
  ],
  [
    "gateway.service.type",
    simulated({
      gateway: {
        existingSecret: "s",
        service: { type: "NodePort" },
        ingress: { enabled: true, host: "h", tlsSecret: "t" },
      },
    }),
    "one public door",
  ],
  [
    "telemetry.langfuse.existingSecret",
    simulated({ telemetry: { enabled: false, langfuse: { existingSecret: "l" } } }),
    "telemetry.enabled=true",
  ],
  ["fraud.previous", simulated({ fraud: { previous: ["0.1.0"] } }), "must not hold 0.1.0"],
  ["fraud.previous", simulated({ fraud: { previous: ["0.0.9", "0.0.9"] } }), "same name"],
  ["fraud.previous", simulated({ fraud: { previous: ["0.0.9", "0-0-9"] } }), "same name"],
  ["fraud.previous", operator({}, { fraud: { previous: ["0.0.9"] } }), "by itself"],
  ["fraud.image.tag", simulated({ fraud: { image: { tag: "latest" } } }), "must not be latest"],
  ["fraud.previous", simulated({ fraud: { previous: ["latest"] } }), "must not be latest"],
  [
    "fraud.autoscaling.minReplicas",
    simulated({ fraud: { autoscaling: { enabled: true, minReplicas: 5 } } }),
    "must not be above",
  ],
  [
    "fraud.autoscaling.targetInFlight",
    simulated({ fraud: { autoscaling: { enabled: true, targetCPUUtilizationPercentage: 0 } } }),
    "above 0",
  ],
  [
    "fraud.keda.enabled",
    simulated({ fraud: { keda: { enabled: true }, autoscaling: { enabled: true } } }),
    "scale the same pods",
  ],
  ["fraud.keda.serverAddress", simulated({ fraud: { keda: { enabled: true } } }), "Prometheus' URL"],
];

const mistyped: readonly Refusal[] = [
  ["/restate/mode", simulated({ restate: { mode: "standlone" } }), "'external'"],
  ["/restate/operator/replicas", operator({ replicas: 2 }), "one of 1, 3"],
  ["/restate/storage/size", simulated({ restate: { storage: { size: "4GB" } } }), "pattern"],
  ["/restate/external/adminUrl", external({ adminUrl: "r:9070" }), "pattern"],
  ["/model/api", { model: { existingSecret: "k", api: "completions" } }, "'chat_completions'"],
  ["/model", simulated({ model: { simulator: { enabled: true }, latency: 1 } }), "'latency'"],
  ["/images/pullPolicy", simulated({ images: { pullPolicy: "Sometimes" } }), "'IfNotPresent'"],
  ["/images/tag", simulated({ images: { tag: 1.2 } }), "want string"],
  ["/imagePullSecrets/0", simulated({ imagePullSecrets: ["registry"] }), "want object"],
  ["/fraud", simulated({ fraud: { replicas: 2 } }), "'replicas'"],
  ["/fraud/replicaCount", simulated({ fraud: { replicaCount: "two" } }), "got string"],
  ["/fraud/autoscaling", simulated({ fraud: { autoscaling: { minReplica: 2 } } }), "'minReplica'"],
  ["/fraud/previous/0", simulated({ fraud: { previous: [0.1] } }), "want string"],
  ["/fraud", simulated({ fraud: { restate: { mode: "operator" } } }), "'restate'"],
  ["/fraud", simulated({ fraud: { enabled: false } }), "'enabled'"],
  ["/agent/enabled", simulated({ agent: { enabled: true } }), "must be false"],
  ["/agent/restate", simulated({ agent: { restate: { mode: "operator" } } }), "const"],
  ["/tour/enabled", simulated({ tour: { enabled: "yes" } }), "want boolean"],
  ["/gateway/resources", simulated({ gateway: { resources: { request: { cpu: "1" } } } }), "'request'"],
  ["/gateway/service/type", simulated({ gateway: { service: { type: "Loadbalancer" } } }), "'LoadBalancer'"],
  ["/telemetry/collectorImage", simulated({ telemetry: { collectorImage: "" } }), "minLength"],
  ["/podAnnotations/a", simulated({ podAnnotations: { a: true } }), "want string"],
  ["", simulated({ fruad: { replicaCount: 2 } }), "'fruad'"],
];

const impossibleAlone: readonly Refusal[] = [
  ["image.repository", {}, "holdfast/fraud"],
  ["image.tag", agent({ image: { repository: "a", tag: "latest" } }), "must not be latest"],
  ["previous", agent({ previous: ["0.1.0"] }), "must not hold 0.1.0"],
  ["restate.cluster", agent({ restate: { mode: "operator" } }), "RestateCluster's name"],
  ["restate.cluster", agent({ restate: { cluster: "c" } }), "restate.mode=operator"],
  [
    "restate.adminUrl",
    agent({ restate: { mode: "operator", cluster: "c", adminUrl: "http://r:9070" } }),
    "choose where",
  ],
  ["restate.adminUrl", agent({ register: { enabled: true, image: "j" } }), "http://restate.restate:9070"],
  [
    "register.image",
    agent({ register: { enabled: true }, restate: { adminUrl: "http://r:9070" } }),
    "release-jobs",
  ],
  [
    "register.enabled",
    agent({ register: { enabled: true }, restate: { mode: "operator", cluster: "c" } }),
    "by itself",
  ],
  [
    "resources.requests.cpu",
    agent({ autoscaling: { enabled: true }, resources: { requests: { cpu: null } } }),
    "to scale by CPU",
  ],
];

const mistypedAlone: readonly Refusal[] = [
  ["/identity/publicKeys/0", agent({ identity: { publicKeys: ["key"] } }), "publickeyv1_"],
  ["", agent({ replicas: 1 }), "'replicas'"],
  ["/env/A", agent({ env: { A: [] } }), "got array"],
];

describe.skipIf(whySkipped())("what cannot work is refused", () => {
  const charts = new Charts();
  afterAll(() => charts.remove());
  const refusal = (chart: ChartName, options: RenderOptions) => charts.refusal(chart, options);

  it.each(impossible)("holdfast: %s %j", (key, values, says) => {
    const said = refusal("holdfast", { values });
    expect(said).toMatch(new RegExp(`[ ,]${key.replaceAll(".", "\\.")}[,:]`));
    expect(said).toContain(says);
  });

  it.each(mistyped)("holdfast: at %s %j", (path, values, says) => {
    const said = refusal("holdfast", { values });
    expect(said).toContain(`at '${path}'`);
    expect(said).toContain(says);
  });

  it.each(impossibleAlone)("durable-agent: %s %j", (key, values, says) => {
    const said = refusal("durable-agent", { values });
    expect(said).toMatch(new RegExp(`[ ,]${key.replaceAll(".", "\\.")}[,:]`));
    expect(said).toContain(says);
  });

  it.each(mistypedAlone)("durable-agent: at %s %j", (path, values, says) => {
    const said = refusal("durable-agent", { values });
    expect(said).toContain(`at '${path}'`);
    expect(said).toContain(says);
  });

  it("custom resources that the cluster does not know", () => {
    const inOperatorMode = { restate: { mode: "operator", cluster: "c" } };
    const without = { apiVersions: ["restate.dev/v1"] };
    for (const [chart, values] of [
      ["holdfast", operator({})],
      ["durable-agent", agent(inOperatorMode)],
    ] as const) {
      expect(refusal(chart, { values, ...without })).toContain("restate.mode: operator needs");
    }
    const keda = simulated({ fraud: { keda: { enabled: true, serverAddress: "http://p:9090" } } });
    expect(refusal("holdfast", { values: keda, ...without })).toContain("fraud.keda.enabled: needs KEDA's");
  });
});
