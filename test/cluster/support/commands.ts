// kubectl and helm as a user calls them: always against the current context.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { text } from "node:stream/consumers";
import { z } from "zod";

/** A command ended with another code than 0; the message has all that it printed. */
export class CommandFailed extends Error {
  override readonly name = "CommandFailed";
}

/** @returns what it prints to its standard output */
async function run(command: string, args: readonly string[], input = ""): Promise<string> {
  const child = spawn(command, args, { stdio: "pipe" });
  const ended = once(child, "close");
  // A command that ends without reading its input is recognised by its exit code.
  child.stdin.on("error", () => {});
  child.stdin.end(input);
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr), ended]);
  if (child.exitCode === 0) return stdout;
  throw new CommandFailed(`${command} ${args.join(" ")}\n${stdout}${stderr}`);
}

export const kubectl = (...args: string[]) => run("kubectl", args);
export const kubectlWithInput = (input: string, ...args: string[]) => run("kubectl", args, input);
export const helm = (...args: string[]) => run("helm", args);

/** What `kubectl get … -o json` lists, of each object what the schema names. */
export async function list<T>(schema: z.ZodType<T>, ...args: string[]): Promise<T[]> {
  const listed = JSON.parse(await kubectl("get", ...args, "--output=json"));
  return z.object({ items: z.array(schema) }).parse(listed).items;
}

/** A shell line, for what is a setting of whoever runs the tests. */
export const shell = (line: string, ...args: string[]) => run("sh", ["-c", `${line} "$@"`, "sh", ...args]);
