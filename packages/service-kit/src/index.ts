export { parseEnv, parseEnvOrExit, type ServiceEnv, SettingsError, serviceEnvSchema } from "./env.ts";
export { createLogger, type Logger } from "./logger.ts";
export { defineService, runService, type Service } from "./service.ts";
export {
  booleanSchema,
  countSchema,
  millisecondsSchema,
  portSchema,
  serverUrlSchema,
} from "./setting-schemas.ts";
export { startTelemetryFromEnv, type Telemetry } from "./telemetry/from-env.ts";
export { telemetryEnvSchema } from "./telemetry/settings.ts";
export { readYaml } from "./yaml-file.ts";
