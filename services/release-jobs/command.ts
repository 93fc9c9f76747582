// Parses a job's arguments, and checks them before anything is called.

import { parseArgs } from "node:util";
import { z } from "zod";

/** Arguments that make no sense; the message names the one that is wrong. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

const url = z
  .url({ protocol: /^https?$/, error: ({ input }) => `${input} is no http or https URL` })
  // As Restate writes them.
  .transform((text) => new URL(text).href);

const common = z.object({
  admin: url.transform((href) => href.replace(/\/+$/, "")),
  owner: z.string().min(1).optional(),
  "timeout-seconds": z.coerce.number("must be a number").positive().default(120),
});

const own = common.extend({
  prefix: z.array(z.string().regex(/^https?:\/\/./, "must begin with http:// or https://")).min(1),
});

const dropping = own.extend({ keep: z.array(url).default([]) });

const commandSchema = z.discriminatedUnion("command", [
  common.extend({ command: z.literal("register"), deployment: z.array(url).min(1) }),
  dropping.extend({ command: z.literal("check-drained") }),
  dropping.extend({ command: z.literal("remove-drained") }),
  own.extend({ command: z.literal("resume-paused") }),
]);

export type Command = z.output<typeof commandSchema>;

export const USAGE = `Usage:
  register       --admin URL --deployment URL...               waits for each and makes it known to Restate
  check-drained  --admin URL --keep URL... --prefix TEXT...    fails if one that is not kept has work in flight
  remove-drained --admin URL --keep URL... --prefix TEXT...    makes Restate forget those that are not kept
  resume-paused  --admin URL --prefix TEXT...                  goes on with what Restate has paused

--owner NAME marks what is registered; then only deployments with that mark are looked at, and of those without any mark the ones
whose URL begins with a prefix. --timeout-seconds (120) is for the whole job.`;

/** @throws UsageError */
export function parseCommand(args: readonly string[]): Command {
  const { values, positionals } = parse(args);
  const [command, ...more] = positionals;
  if (more.length > 0) throw new UsageError(`unexpected argument ${more[0]}`);
  const result = commandSchema.safeParse({ ...values, command });
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  const [option = "", index] = issue?.path.map(String) ?? [];
  if (option === "command") throw new UsageError(`the first argument must be a command`);
  if (!(option in values)) throw new UsageError(`--${option} is required`);
  throw new UsageError(`--${option}${index === undefined ? "" : ` (${index})`}: ${issue?.message}`);
}

function parse(args: readonly string[]) {
  const text = { type: "string" } as const;
  const list = { type: "string", multiple: true } as const;
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        admin: text,
        owner: text,
        deployment: list,
        keep: list,
        prefix: list,
        "timeout-seconds": text,
      },
    });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}
