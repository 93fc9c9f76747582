// A conversation takes one turn at a time: two runs at once would read and append between each other's items.

import type { Session } from "@openai/agents-core";
import { TerminalError } from "@restatedev/restate-sdk";
import type { DurableContext } from "../runtime/durable-context.ts";
import { placeOf, RestateSession } from "./restate-session.ts";

const held = new WeakMap<DurableContext, Set<string>>();

/**
 * Holds a session for a run that begins.
 *
 * @returns lets go of it
 * @throws TerminalError when another run of this invocation holds it
 */
export function holdSession(session: Session | undefined): () => void {
  if (!(session instanceof RestateSession)) return () => {};
  const { context, name } = placeOf(session);
  const names = held.get(context) ?? new Set();
  held.set(context, names);
  if (names.has(name)) {
    throw new TerminalError(
      `A run with the session "${name}" is in progress, and this one would mix up its turns with it. ` +
        "Await the other one, reading a streamed run to its end, or give each run a session of another name.",
    );
  }
  names.add(name);
  return () => void names.delete(name);
}
