/** Answers a call: the tools that are still to be called, else the structured output, else a text. */
import type { StandIn } from "../stand-in.ts";
import type { Reply, SimulatedRequest } from "../wire/simulated-request.ts";
import { structuredAnswer } from "./structured-answer.ts";
import { textAnswer } from "./text-answer.ts";
import { toolTurn } from "./tool-turn.ts";
import { turnOf } from "./turn.ts";

/** The reply to a call; the same for the same call. */
export function answer(request: SimulatedRequest, obedient: boolean, standIn?: StandIn): Reply {
  const turn = turnOf(request, obedient, standIn);
  const toolCalls = toolTurn(turn);
  if (toolCalls.length > 0) return { toolCalls };
  const { outputSchema } = request;
  return outputSchema === undefined
    ? { text: textAnswer(turn) }
    : { json: structuredAnswer(outputSchema, turn) };
}
