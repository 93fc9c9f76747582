// Runs a command of the scripts: what is wrong with how it was typed, or with what it was given, is one line.

import { type ParseArgsConfig, parseArgs } from "node:util";
import { JournalFileError } from "@holdfast/replay";
import { RestateAdminError } from "@holdfast/restate-admin";

/** The arguments, or undefined when they are wrong, which is printed with the usage. */
export function argumentsOf<const T extends ParseArgsConfig>(
  usage: string,
  config: T,
): ReturnType<typeof parseArgs<T>> | undefined {
  try {
    return parseArgs(config);
  } catch (error) {
    // What Node suggests after its first sentence is about values that begin with a dash.
    const [message] = error instanceof Error ? error.message.split(". ") : [error];
    console.error(`✖ ${message}\n\n${usage}`);
    return undefined;
  }
}

/** @returns the command's exit code; 1 when Restate, or a file, does not do what it needs */
export async function exitCodeOf(command: () => Promise<number>): Promise<number> {
  try {
    return await command();
  } catch (error) {
    if (!(error instanceof RestateAdminError) && !(error instanceof JournalFileError)) throw error;
    console.error(`✖ ${error.message}`);
    return 1;
  }
}
