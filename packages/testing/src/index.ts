/**
 * The parts that the workspace's tests share: a real Restate server in both modes, services in this process or in one that can
 * be killed, and counters of effects.
 */

export {
  freePort,
  PortInUseError,
  type ProcessExit,
  type RestateMode,
  type RestatePorts,
  type RestateServer,
  type RestateServerOptions,
  type ServiceProcess,
  type ServiceProcessOptions,
  startRestateServer,
  startServiceProcess,
} from "@holdfast/local-restate";
export { EffectCounter } from "./effects.ts";
export {
  type EndpointOptions,
  type RestateServices,
  type ServedEndpoint,
  serveEndpoint,
} from "./endpoint.ts";
export { type CallOptions, createIngress, type Ingress, IngressError, type SendOptions } from "./ingress.ts";
export {
  type InvocationRow,
  invocation,
  journalSize,
  type StoredSize,
  stateSize,
  waitForStatus,
} from "./journal.ts";
export {
  type DescribeModesOptions,
  describeModes,
  startTestBed,
  type TestBed,
  type TestBedOptions,
} from "./modes.ts";
export { testSeed } from "./seed.ts";
