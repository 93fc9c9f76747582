// Records the contracts of a release, once.

import root from "../../package.json" with { type: "json" };
import { contractsOfBuild } from "./contracts-of-build.ts";
import { isRecorded, writeContracts } from "./releases.ts";

if (isRecorded(root.version)) {
  console.log(`The contracts of ${root.version} are recorded; nothing added.`);
} else {
  await writeContracts(root.version, await contractsOfBuild());
  console.log(`Added the contracts of ${root.version}.`);
}
