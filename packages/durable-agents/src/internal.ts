// The seam for tests: what they reach into besides the public entries. It is none of the package's exports.

export * as restateSdk from "./runtime/restate-sdk.ts";
export { restateSpan } from "./telemetry/invocation-trace.ts";
