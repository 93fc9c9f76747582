/** A call as it is answered: what is asked, what is known, and what the agent's stand-in wants. */
import { type ConversationData, dataOf, valuesNamed } from "../conversation/data.ts";
import { findAmount } from "../conversation/prose.ts";
import type { Json } from "../json.ts";
import type { Conversation, StandIn } from "../stand-in.ts";
import type { SimulatedRequest } from "../wire/simulated-request.ts";

export interface Turn {
  request: SimulatedRequest;
  data: ConversationData;
  standIn: StandIn | undefined;
  /** The conversation as the stand-in reads it. */
  conversation: Conversation;
  /** Do what the text asks, and not what the agent is for. */
  obedient: boolean;
}

export function turnOf(request: SimulatedRequest, obedient: boolean, standIn: StandIn | undefined): Turn {
  const data = dataOf(request.items);
  return { request, data, standIn, conversation: conversationOf(data), obedient };
}

/** All data, in the order in which it is believed: a tool outranks the user. */
export function allData({ results, user, calls }: ConversationData): Json[] {
  return [...results, ...user, ...calls];
}

function conversationOf(data: ConversationData): Conversation {
  const valuesOf = (field: string): Json[] => valuesNamed(allData(data), field);
  return {
    result: (tool) => data.returned.get(tool),
    text: (field) => valuesOf(field).find((value) => typeof value === "string"),
    flag: (field) => valuesOf(field).find((value) => typeof value === "boolean"),
    number: (field) =>
      valuesOf(field).find((value) => typeof value === "number") ??
      (data.user.length === 0 ? findAmount(data.prose) : undefined),
  };
}
