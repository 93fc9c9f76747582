// `npm run replay-check`: whether this build still replays journals. What it does is in replay-check/main.ts.

import { main } from "./replay-check/main.ts";

process.exitCode = await main(process.argv.slice(2));
