// `npm run replay-check`: whether this build still replays journals. What it does is in replay-check/main.ts.

import { RestateAdminError } from "@holdfast/restate-admin";
import { main } from "./replay-check/main.ts";

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  if (!(error instanceof RestateAdminError)) throw error;
  console.error(`✖ ${error.message}`);
  process.exitCode = 2;
}
