// `npm run reset`: drops what `npm start` has left behind, Restate's data included.

import { existsSync } from "node:fs";
import { rm } from "node:fs/promises";
import { runningInstance } from "./start/instance.ts";
import { shown, stateDir } from "./start/options.ts";

const dir = stateDir(process.env);
const pid = runningInstance(dir);
if (pid !== undefined) {
  console.error(`✖ npm start still runs (process ${pid}): stop it first, with Ctrl-C or \`kill ${pid}\`.`);
  process.exitCode = 1;
} else if (!existsSync(dir)) {
  console.log(`There is no state: ${shown(dir)} does not exist.`);
} else {
  await rm(dir, { recursive: true, maxRetries: 3 });
  console.log(`Removed ${shown(dir)}: the state of all claims, and the logs.`);
}
