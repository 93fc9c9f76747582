// Rules on Restate: the content of each version of a file of rules that something was decided by.

import { type RuleDocument, rulesContract } from "@holdfast/contracts";
import { implement, TerminalError } from "@restatedev/restate-sdk";

export const rulesService = implement(rulesContract, {
  handlers: {
    keep: async (ctx, rules) => ctx.set<RuleDocument>("rules", rules),

    get: async (ctx) => {
      const rules = await ctx.get<RuleDocument>("rules");
      if (rules === null)
        throw new TerminalError("Nothing was decided by rules of this version.", { errorCode: 404 });
      return rules;
    },
  },
  options: { handlers: { keep: { ingressPrivate: true } } },
});
