// Before all chart tests: says why they are skipped, where they are.

import { whySkipped } from "./chart.ts";

export default function setup(): void {
  const reason = whySkipped();
  if (reason !== undefined) console.log(reason);
}
