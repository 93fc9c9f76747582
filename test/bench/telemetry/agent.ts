// The main file of an agent's process as a service's is, whose telemetry its settings turn on.

import { runService, serviceEnvSchema } from "@holdfast/service-kit";
import { type Context, service } from "@restatedev/restate-sdk";
import { z } from "zod";
import { runOnLibrary } from "../variants/library.ts";
import { simulatedModels } from "../variants/simulated/models.ts";
import type { Task } from "../variants/task.ts";

// Telemetry records the cost of its calls: one whose price is known.
const MODEL = "gpt-5-mini";

await runService({
  name: "bench",
  envSchema: serviceEnvSchema.extend({ SIMULATOR_URL: z.url() }),
  services: ({ SIMULATOR_URL }) => {
    const modelProvider = simulatedModels(SIMULATOR_URL);
    return [
      service({
        name: "Runs",
        handlers: {
          run: (ctx: Context, task: Task) => runOnLibrary(ctx, task, { model: MODEL }),
          overHttp: (ctx: Context, task: Task) => runOnLibrary(ctx, task, { model: MODEL, modelProvider }),
        },
      }),
    ];
  },
});
