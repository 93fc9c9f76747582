/** Replies that a real model gives now and then and that its caller must survive. */
import type { ActiveFault } from "../calls/faults.ts";
import { conforms } from "../schema/validate.ts";
import type { Reply, SimulatedRequest } from "../wire/simulated-request.ts";

/** The reply of a fault; none for a fault of another kind. */
export function faultyReply({ tools }: SimulatedRequest, fault: ActiveFault | undefined): Reply | undefined {
  if (fault?.kind === "unknown_tool") {
    let name = "no_such_tool";
    while (tools.some((tool) => tool.name === name)) name += "_either";
    return { toolCalls: [{ name, arguments: {} }] };
  }
  const tool = tools.find(({ name }) => name === fault?.match.toolNamed) ?? tools[0];
  if (fault?.kind !== "bad_arguments" || tool === undefined) return undefined;
  // No JSON at all where the schema takes anything.
  const unexpected = { unexpected: true };
  const text = conforms(tool.parameters, unexpected) ? '{"unexpected":' : unexpected;
  return { toolCalls: [{ name: tool.name, arguments: text }] };
}
