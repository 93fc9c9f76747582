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
export { readYaml } from "./yaml-file.ts";
