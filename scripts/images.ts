// `npm run images`: builds the image of each service, with the list of its parts. What it does is in images/main.ts.

import { main } from "./images/main.ts";

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  console.error(`✖ ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
}
