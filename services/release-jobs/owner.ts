// Marks a deployment with its owner. Several releases may share one Restate, and the beginning of a URL is no mark:
// `http://claims-` is also that of a release `claims-audit`.

import type { Deployment } from "@holdfast/restate-admin";

const OWNER = "holdfast.owner";

/** What Restate is to note of a deployment that `owner` registers. */
export function markOf(owner: string | undefined): Record<string, string> {
  return owner === undefined ? {} : { [OWNER]: owner };
}

export interface Own {
  readonly owner?: string | undefined;
  /** What the URLs begin with of those deployments that bear no mark. */
  readonly prefix: readonly string[];
}

export function isOwn({ uri = "", metadata }: Deployment, { owner, prefix }: Own): boolean {
  const mark = metadata[OWNER];
  if (owner !== undefined && mark !== undefined) return mark === owner;
  return prefix.some((start) => uri.startsWith(start));
}
