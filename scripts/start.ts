// `npm start`: Holdfast on this machine. What it does is in start/main.ts.

import { describeFailure } from "./start/failed-start.ts";

try {
  // Loaded here, so that a package that is missing is one line and no stack.
  const { main } = await import("./start/main.ts");
  process.exitCode = await main(process.argv.slice(2), process.env);
} catch (error) {
  console.error(`✖ ${describeFailure(error)}`);
  process.exitCode = 1;
}
