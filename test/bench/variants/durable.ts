// The durable variants, each loaded when it is asked for: a process of its own then holds what its users' would hold.

import type { Context } from "@restatedev/restate-sdk";
import type { Observer } from "./observer.ts";
import type { Task } from "./task.ts";

export const DURABLE = ["library", "byHand", "vercel"] as const;
export type DurableName = (typeof DURABLE)[number];

interface RunOptions {
  /** The simulator whose replies the run takes; those of the task's model in this process when left out. */
  readonly simulatorUrl?: string;
  readonly observer?: Observer;
}

/** A handler that does a task's run. */
export type RunHandler = (ctx: Context, task: Task) => Promise<string | null | undefined>;
export type Variant = (options: RunOptions) => RunHandler;

const LOADERS: Readonly<Record<DurableName, () => Promise<Variant>>> = {
  library: async () => {
    const { runOnLibrary } = await import("./library.ts");
    const { simulatedModels } = await import("./simulated/models.ts");
    return ({ simulatorUrl, observer }) => {
      const modelProvider = simulatorUrl === undefined ? undefined : simulatedModels(simulatorUrl);
      return (ctx, task) => runOnLibrary(ctx, task, { modelProvider, observer });
    };
  },
  byHand: async () => {
    const { runByHand } = await import("./hand-loop.ts");
    const { simulatedChat } = await import("./simulated/chat.ts");
    const { journaled } = await import("./step.ts");
    return ({ simulatorUrl, observer }) => {
      const model = simulatorUrl === undefined ? undefined : simulatedChat(simulatorUrl);
      return (ctx, task) => runByHand(journaled(ctx), task, { model, observer });
    };
  },
  vercel: async () => {
    const { runOnVercel } = await import("./vercel.ts");
    const { simulatedLanguageModel } = await import("./simulated/language-model.ts");
    return ({ simulatorUrl, observer }) => {
      const model = simulatorUrl === undefined ? undefined : simulatedLanguageModel(simulatorUrl);
      return (ctx, task) => runOnVercel(ctx, task, { model, observer });
    };
  },
};

export function loadVariant(name: DurableName): Promise<Variant> {
  return LOADERS[name]();
}

/** A record of what each variant has. */
export function byVariant<T>(of: (name: DurableName) => T): Record<DurableName, T> {
  return { library: of("library"), byHand: of("byHand"), vercel: of("vercel") };
}
