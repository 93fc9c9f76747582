// The task's model behind HTTP: the simulator, scripted, so that replies have the form and the length of OpenAI's. Each
// variant talks to it through the client that its users have.

import type { Script } from "@holdfast/simulator";
import { ANSWER, type Task, TOOL_NAME, toolArguments } from "../task.ts";

/** The task's replies, for the simulator. */
export function scriptOf({ turns, toolsPerTurn }: Task): Script {
  return ({ items }) => {
    const turn = items.filter(({ type }) => type === "tool_result").length / toolsPerTurn;
    if (turn >= turns) return { text: ANSWER };
    const toolCalls = Array.from({ length: toolsPerTurn }, (_, call) => ({
      name: TOOL_NAME,
      arguments: toolArguments(turn, call),
    }));
    return { toolCalls };
  };
}
