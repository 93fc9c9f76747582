// Which claim an agent's run is part of, so that all runs of a claim are one conversation in its traces.

/** A runner's options: none for a claim that has no id. */
export function partOf(claimId: string | undefined): { groupId?: string } {
  return claimId === undefined ? {} : { groupId: claimId };
}
