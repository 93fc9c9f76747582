export {
  flagSchema,
  parseEnv,
  parseEnvOrExit,
  portSchema,
  type ServiceEnv,
  SettingsError,
  serviceEnvSchema,
} from "./env.ts";
export { createLogger, type Logger } from "./logger.ts";
export { runService } from "./service.ts";
export { startTelemetryFromEnv, type Telemetry } from "./telemetry/from-env.ts";
export { type Metrics, noMetrics, type Observation } from "./telemetry/metrics.ts";
export { telemetryEnvSchema } from "./telemetry/settings.ts";
export { readYaml } from "./yaml-file.ts";
