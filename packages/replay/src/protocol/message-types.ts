// The types of messages: their numbers in the protocol, and their names, which are those of Restate's table `sys_journal`.

import type { Frame } from "./frames.ts";

export const START = 0x0000;
export const SUSPENSION = 0x0001;
export const ERROR = 0x0002;
export const END = 0x0003;
export const PROPOSE_RUN_COMPLETION = 0x0005;
export const INPUT_COMMAND = 0x0400;
export const OUTPUT_COMMAND = 0x0401;
export const SLEEP_COMMAND = 0x040c;
export const RUN_COMMAND = 0x0411;
export const RUN_NOTIFICATION = 0x8011;

const NAMES: ReadonlyMap<number, string> = new Map([
  [START, "Start"],
  [SUSPENSION, "Suspension"],
  [ERROR, "Error"],
  [END, "End"],
  [PROPOSE_RUN_COMPLETION, "ProposeRunCompletion"],
  [INPUT_COMMAND, "Input"],
  [OUTPUT_COMMAND, "Output"],
  [0x0402, "GetLazyState"],
  [0x0403, "SetState"],
  [0x0404, "ClearState"],
  [0x0405, "ClearAllState"],
  [0x0406, "GetLazyStateKeys"],
  [0x0407, "GetEagerState"],
  [0x0408, "GetEagerStateKeys"],
  [0x0409, "GetPromise"],
  [0x040a, "PeekPromise"],
  [0x040b, "CompletePromise"],
  [SLEEP_COMMAND, "Sleep"],
  [0x040d, "Call"],
  [0x040e, "OneWayCall"],
  [0x0410, "SendSignal"],
  [RUN_COMMAND, "Run"],
  [0x0412, "AttachInvocation"],
  [0x0413, "GetInvocationOutput"],
  [0x0414, "CompleteAwakeable"],
]);

export function nameOfType(type: number): string {
  return NAMES.get(type) ?? `Message 0x${type.toString(16)}`;
}

export function nameOf({ type }: Frame): string {
  return nameOfType(type);
}

const COMMANDS = 0x0400;
const NOTIFICATIONS = 0x8000;
// Notifications that answer no command of the same name.
const OTHER_NOTIFICATIONS: ReadonlyMap<string, number> = new Map([
  ["CallInvocationId", 0x800e],
  ["Signal", 0xfbff],
]);
const NUMBERS: ReadonlyMap<string, number> = new Map([...NAMES].map(([number, name]) => [name, number]));

/** The number of a type in `sys_journal`, such as `Command: Run`; undefined for one that is not known. */
export function typeOfEntry(entryType: string): number | undefined {
  const [kind, name = ""] = entryType.split(": ");
  const command = NUMBERS.get(name);
  if (kind === "Command") return command;
  if (kind !== "Notification") return undefined;
  return command === undefined ? OTHER_NOTIFICATIONS.get(name) : command - COMMANDS + NOTIFICATIONS;
}
