// The operator's commands: reads the arguments, and says what became of them.

import { findTroubles } from "@holdfast/claims/trouble";
import { claimIdSchema } from "@holdfast/contracts";
import { RestateAdmin } from "@holdfast/restate-admin";
import { argumentsOf, exitCodeOf } from "../command-line.ts";
import { findStranded, restart, resume } from "./recover.ts";

const USAGE = `npm run operator -- list [--url <Restate's admin API>]
  Lists the claims that are in trouble now.

npm run operator -- recover <claim> [--resume | --restart] [--yes] [--url <Restate's admin API>]
  Shows what holds a claim up. With a choice it puts the claim right:
    --resume   tries again now, from where the claim stands: once the cause is gone
    --restart  ends what the claim has running, and assesses it from the start on today's rules, model and code. A
               reviewer's answer that it had not taken yet is kept, and counts when it comes to a review again
  Nothing is done without --yes. The admin API is at RESTATE_ADMIN_URL, or http://localhost:9070.`;

const options = {
  resume: { type: "boolean", default: false },
  restart: { type: "boolean", default: false },
  yes: { type: "boolean", default: false },
  url: { type: "string", default: process.env.RESTATE_ADMIN_URL ?? "http://localhost:9070" },
  help: { type: "boolean", default: false },
} as const;

/** @returns the exit code: 1 when nothing is wrong with the claim or Restate refuses, 2 for a wrong command */
export async function main(args: readonly string[]): Promise<number> {
  const parsed = argumentsOf(USAGE, { args: [...args], allowPositionals: true, options });
  if (!parsed) return 2;
  const { positionals, values } = parsed;
  if (values.help) {
    console.log(USAGE);
    return 0;
  }
  const [command, claim, ...rest] = positionals;
  const claimId = claimIdSchema.safeParse(claim);
  const admin = new RestateAdmin(values.url);
  const isList = command === "list" && claim === undefined;
  if (
    !isList &&
    (command !== "recover" || !claimId.success || rest.length > 0 || (values.resume && values.restart))
  ) {
    console.error(USAGE);
    return 2;
  }
  return exitCodeOf(() => (claimId.success ? recover(admin, claimId.data, values) : list(admin)));
}

async function list(admin: RestateAdmin): Promise<number> {
  const troubles = await findTroubles(admin, 0);
  for (const [claimId, { trouble }] of troubles)
    console.log(`${claimId} since ${trouble.since}: ${trouble.reason}`);
  console.log(`${troubles.size} claims are in trouble.`);
  return 0;
}

async function recover(
  admin: RestateAdmin,
  claimId: string,
  choice: { readonly resume: boolean; readonly restart: boolean; readonly yes: boolean },
): Promise<number> {
  const stranded = await findStranded(admin, claimId);
  if (typeof stranded === "string") {
    console.error(`✖ ${stranded} Nothing was done.`);
    return 1;
  }
  console.log(`${claimId} is held up since ${stranded.since}: ${stranded.reason}`);
  if (!choice.resume && !choice.restart) {
    console.log(`${stranded.remedy}\nChoose --resume or --restart; --help says what each does.`);
    return 0;
  }
  if (!choice.yes) {
    console.log(`Nothing was done: add --yes to ${choice.resume ? "resume" : "restart"} it.`);
    return 1;
  }
  if (choice.restart) {
    console.log(`✔ Restarted as ${await restart(admin, stranded)}.`);
    return 0;
  }
  await resume(admin, stranded);
  console.log("✔ Resumed. Run the command again without a choice to see whether it goes on.");
  return 0;
}
