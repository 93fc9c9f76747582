// What stays of a turn that was cancelled. Whoever interrupts an answer wants it to end, and refers to what was said
// before ("no, in French"); the SDK appends nothing of a run that did not end, so the message would be gone.

import type { AgentInputItem, Session } from "@openai/agents-core";

/** Appends what the user said in a run that was cancelled, and nothing of the unfinished answer. */
export async function keepInput(
  session: Session | undefined,
  input: string | readonly AgentInputItem[],
): Promise<void> {
  const items: AgentInputItem[] =
    typeof input === "string" ? [{ type: "message", role: "user", content: input }] : [...input];
  await session?.addItems(items);
}
