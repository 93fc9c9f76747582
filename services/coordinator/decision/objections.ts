// Reads from each finding what it has against an approval without a person. A finding without a rule does not compile.

import type { Findings } from "@holdfast/contracts";

/** What rules know beside a finding. */
export interface Facts {
  /** Whether the plan covers the claim. */
  readonly covered: boolean;
}

/** Says in one sentence why a person has to decide, if one has to. A finding is undefined where its agent was not asked. */
export type FindingRules = {
  readonly [K in keyof Findings]: (finding: Findings[K] | undefined, facts: Facts) => string | undefined;
};

/** In the order in which a reviewer reads them. Claims in review have recorded it, so a new one comes last. */
const rules: FindingRules = {
  eligibility: (finding, { covered }) => {
    if (!finding) return "It is not known whether the plan covers this claim.";
    return finding.eligible === covered ? undefined : "It is disputed whether the plan covers this claim.";
  },
  fraud: (finding) => {
    if (!finding) return "The risk of fraud is not known.";
    return finding.risk === "low" ? undefined : `The risk of fraud is ${finding.risk}.`;
  },
  rates: (finding) =>
    finding && !finding.reasonable ? `The amount is ${finding.ratio} times the standard rate.` : undefined,
};

export function objectionsTo(
  findings: { readonly [K in keyof Findings]?: Findings[K] | undefined },
  facts: Facts,
): string[] {
  const objection = <K extends keyof Findings>(name: K) => rules[name](findings[name], facts);
  const names = Object.keys(rules) as (keyof Findings)[];
  return names.map(objection).filter((reason) => reason !== undefined);
}
