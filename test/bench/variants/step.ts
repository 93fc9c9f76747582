// Runs a loop's work through Restate, or through nothing.

import { type Context, RestatePromise } from "@restatedev/restate-sdk";

export interface Steps {
  /** Does one piece of work under a name. */
  run<T>(name: string, action: () => Promise<T>): Promise<T>;
  /** Does several side by side. */
  all<T>(name: string, actions: readonly (() => Promise<T>)[]): Promise<T[]>;
}

/** As they are. */
export const withoutRestate: Steps = {
  run: (_name, action) => action(),
  all: (_name, actions) => Promise.all(actions.map((action) => action())),
};

/** As steps in the journal. */
export function journaled(ctx: Context): Steps {
  return {
    run: (name, action) => ctx.run(name, action),
    // On Restate's context only its own promises may run side by side; a single one needs none of that.
    all: async (name, actions) => {
      const [only, ...others] = actions;
      if (only && others.length === 0) return [await ctx.run(name, only)];
      return RestatePromise.all(actions.map((action) => ctx.run(name, action)));
    },
  };
}
