// A session's part in its runs. A conversation takes one turn at a time: two runs at once would read and append between each
// other's items. And of a run that is cancelled it keeps what the user said: whoever interrupts an answer refers to it ("no, in
// French"), while the SDK appends nothing of a run that did not end.

import type { AgentInputItem, Session } from "@openai/agents-core";
import { CancelledError, TerminalError } from "@restatedev/restate-sdk";
import type { Plugin, Run } from "../agents/plugin.ts";
import type { DurableContext } from "../runtime/durable-context.ts";

const held = new WeakMap<DurableContext, Set<string>>();

/**
 * The plug-in of a session. It throws a TerminalError when another run of this invocation holds the conversation.
 *
 * @param context of the object that keeps the conversation
 * @param name of the conversation
 */
export function sessionRuns(session: Session, context: DurableContext, name: string): Plugin {
  return (run) => {
    const names = held.get(context) ?? new Set();
    held.set(context, names);
    if (names.has(name)) {
      throw new TerminalError(
        `A run with the session "${name}" is in progress, and this one would mix up its turns with it. ` +
          "Await the other one, reading a streamed run to its end, or give each run a session of another name.",
      );
    }
    names.add(name);
    return {
      runEnded: async (ending) => {
        try {
          const cancelled = ending.status === "failed" && ending.error instanceof CancelledError;
          // The SDK has kept it of a streamed run.
          if (cancelled && !run.isStreamed) await session.addItems(inputOf(run));
        } finally {
          names.delete(name);
        }
      },
    };
  };
}

function inputOf({ input }: Run): AgentInputItem[] {
  return typeof input === "string" ? [{ type: "message", role: "user", content: input }] : [...input];
}
