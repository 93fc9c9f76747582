// Builds the images of what the sources are now, once for all container tests; what is built already is quick.

import { main } from "../../../scripts/images/main.ts";
import { whySkipped } from "./docker.ts";

export default async function setup(): Promise<void> {
  const reason = whySkipped();
  if (reason === undefined) await main([]);
  else console.log(reason);
}
