// `npm run operator`: what an operator does about claims. What it does is in operator/main.ts.

import { main } from "./operator/main.ts";

process.exitCode = await main(process.argv.slice(2));
