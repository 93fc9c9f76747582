// What a loop's work goes through: Restate, or nothing.

import type { Context } from "@restatedev/restate-sdk";

/** Does one piece of work under a name. */
export type Step = <T>(name: string, action: () => Promise<T>) => Promise<T>;

/** As it is. */
export const withoutRestate: Step = (_name, action) => action();

/** As a step in the journal. */
export function journaled(ctx: Context): Step {
  return (name, action) => ctx.run(name, action);
}
