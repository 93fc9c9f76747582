// Jobs of a release, as hooks of a chart or services of a compose file: each does one thing and ends, with 0 or with a line
// for each reason why not.

import { type Command, parseCommand, USAGE, UsageError } from "./command.ts";
import { checkDrained, removeDrained } from "./drained.ts";
import { JobFailed, startJob } from "./job.ts";
import { register } from "./register.ts";
import { resumePaused } from "./resume.ts";

// As process 1 of a container, Node would ignore these.
for (const signal of ["SIGTERM", "SIGINT"] as const) process.once(signal, () => process.exit(1));

try {
  await run(parseCommand(process.argv.slice(2)));
} catch (error) {
  if (error instanceof UsageError) console.error(`${error.message}\n\n${USAGE}`);
  else if (error instanceof JobFailed) for (const reason of error.reasons) console.error(`✖ ${reason}`);
  else throw error;
  process.exitCode = 1;
}

async function run(command: Command): Promise<void> {
  const job = startJob(command.admin, command["timeout-seconds"], console.log);
  switch (command.command) {
    case "register":
      return register(job, command.deployment, command.owner);
    case "check-drained":
      return checkDrained(job, command);
    case "remove-drained":
      return removeDrained(job, command);
    case "resume-paused":
      return resumePaused(job, command);
  }
}
