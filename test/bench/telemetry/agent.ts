// The main file of an agent's process as a service's is, whose telemetry its settings turn on.

import { parseEnvOrExit, runService, serviceEnvSchema } from "@holdfast/service-kit";
import { type Context, service } from "@restatedev/restate-sdk";
import { runOnLibrary } from "../variants/library.ts";
import type { Task } from "../variants/task.ts";

// Telemetry tells what calls of it cost: one whose price is known.
const MODEL = "gpt-5-mini";

const run = (ctx: Context, task: Task) => runOnLibrary(ctx, task, { model: MODEL });

await runService({
  name: "bench",
  env: parseEnvOrExit(serviceEnvSchema),
  services: () => [service({ name: "Runs", handlers: { run } })],
});
