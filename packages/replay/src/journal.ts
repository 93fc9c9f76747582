// A journal as a file: one invocation's entries as Restate stores them, and what is needed to replay them.

import { z } from "zod";
import type { Frame } from "./protocol/frames.ts";
import { typeOfEntry } from "./protocol/message-types.ts";

const entrySchema = z.strictObject({
  /** As Restate's tables name it, such as `Command: Run`. */
  type: z.string().refine((type) => typeOfEntry(type) !== undefined, "is no type of entry that is known"),
  /** The name of the step, or of what else has one: for who reads the file. */
  name: z.string().optional(),
  /** The protocol's message. */
  raw: z.base64(),
});

export const journalSchema = z.strictObject({
  /** The version of this form. */
  v: z.literal(1),
  invocation: z.string(),
  service: z.string(),
  handler: z.string(),
  /** Of a Virtual Object or a workflow. */
  key: z.string().optional(),
  /** Where the invocation stood when this was read, such as `suspended`. */
  status: z.string(),
  /** The version of Restate's service protocol that it has been run with. */
  protocol: z.int().positive(),
  entries: z.array(entrySchema).min(1),
});
export type Journal = z.output<typeof journalSchema>;
export type JournalEntry = Journal["entries"][number];

/** The entry as the message that Restate sends. @throws Error for a type that is not known */
export function frameOf({ type, raw }: JournalEntry): Frame {
  const number = typeOfEntry(type);
  if (number === undefined) throw new Error(`"${type}" is no type of entry that is known`);
  return { type: number, payload: Buffer.from(raw, "base64") };
}
