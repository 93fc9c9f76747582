/** A real Restate server on this machine, and services in processes of their own that can be killed. */

export { freePort } from "./free-ports.ts";
export { LineBuffer } from "./line-buffer.ts";
export type { ProcessExit } from "./managed-process.ts";
export { type RestateServer, type RestateServerOptions, startRestateServer } from "./restate-server.ts";
export type { RestateMode, RestatePorts } from "./restate-settings.ts";
export { PortInUseError, RestateStartError } from "./restate-start-error.ts";
export {
  type ProgramOptions,
  type ServiceProcess,
  type ServiceProcessOptions,
  startProgram,
  startServiceProcess,
} from "./service-process.ts";
