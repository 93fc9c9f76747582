// `npm run replay-check`: whether this build still replays journals. What it does is in replay-check/main.ts.

import { exitCodeOf } from "./command-line.ts";
import { main } from "./replay-check/main.ts";

process.exitCode = await exitCodeOf(() => main(process.argv.slice(2)));
