/**
 * What tests of the workspace use: a real Restate server in both modes, services in this process or in one that can
 * be killed, and counters of effects.
 */

export { EffectCounter } from "./effects.ts";
export {
  type EndpointOptions,
  type RestateServices,
  type ServedEndpoint,
  serveEndpoint,
} from "./endpoint.ts";
export { freePort } from "./free-ports.ts";
export { type CallOptions, createIngress, type Ingress, IngressError, type SendOptions } from "./ingress.ts";
export {
  type InvocationRow,
  invocation,
  journalSize,
  type StoredSize,
  stateSize,
  waitForStatus,
} from "./journal.ts";
export type { ProcessExit } from "./managed-process.ts";
export {
  type DescribeModesOptions,
  describeModes,
  startTestBed,
  type TestBed,
  type TestBedOptions,
} from "./modes.ts";
export type { RegisterOptions } from "./restate-admin.ts";
export {
  type RestateServer,
  type RestateServerOptions,
  startRestateServer,
} from "./restate-server.ts";
export type { RestateMode, RestatePorts } from "./restate-settings.ts";
export { PortInUseError } from "./restate-start-error.ts";
export { testSeed } from "./seed.ts";
export { type ServiceProcess, type ServiceProcessOptions, startServiceProcess } from "./service-process.ts";
