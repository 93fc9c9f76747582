// Settings alone: an entry of its own, so that processes that serve nothing to Restate do not load its SDK.

export { parseEnv, parseEnvOrExit } from "./env.ts";
export { booleanSchema, millisecondsSchema, portSchema } from "./setting-schemas.ts";
