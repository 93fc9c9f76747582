// The rules of fraud risk: what the facts say, whatever a model makes of them.

import { type Claim, type ClaimHistory, type FraudFinding, type Risk, riskSchema } from "@holdfast/contracts";

/** More claims than this within a year are unusual. */
export const USUAL_CLAIMS_PER_YEAR = 6;

// Words that speak to whoever decides instead of telling what happened.
const ADDRESSES_THE_AGENT =
  /\b(ignore|disregard|forget)\b.{0,40}\b(instructions?|rules?|prompts?)\b|\byou (must|should|have to|are now)\b.{0,40}\bapprove|\bsystem prompt\b/is;

/** What a claim's own text and its history point to. */
export interface RedFlags {
  readonly duplicates: number;
  readonly claimsInLastYear: number;
  readonly addressesTheAgent: boolean;
}

export function redFlags(
  claim: Pick<Claim, "reason" | "placeOfService">,
  history: ClaimHistory | undefined,
): RedFlags {
  return {
    duplicates: history?.duplicates ?? 0,
    claimsInLastYear: history?.claimsInLastYear ?? 0,
    addressesTheAgent: ADDRESSES_THE_AGENT.test(`${claim.reason}\n${claim.placeOfService}`),
  };
}

/** The risk that the facts alone give. */
export function riskOf(flags: RedFlags): FraudFinding {
  const reasons = [
    flags.duplicates > 0 && `The same claim was made ${flags.duplicates} times before.`,
    flags.claimsInLastYear > USUAL_CLAIMS_PER_YEAR &&
      `There were ${flags.claimsInLastYear} other claims within a year.`,
    flags.addressesTheAgent && "The claim's text gives instructions instead of telling what happened.",
  ].filter((reason) => reason !== false);
  if (flags.duplicates > 0 || flags.addressesTheAgent) return { risk: "high", reasons };
  if (flags.claimsInLastYear > USUAL_CLAIMS_PER_YEAR) return { risk: "medium", reasons };
  return { risk: "low", reasons: ["Neither the claim nor its history raises a flag."] };
}

/** The higher of two risks. */
export function higherRisk(a: Risk, b: Risk): Risk {
  const order = riskSchema.options;
  return order.indexOf(a) >= order.indexOf(b) ? a : b;
}
