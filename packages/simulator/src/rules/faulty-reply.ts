/** Replies that a real model gives now and then and that its caller must survive. */
import { conforms } from "../schema/validate.ts";
import type { Reply, SimulatedRequest } from "../wire/simulated-request.ts";

/** Calls a tool that was not offered. */
export function unknownToolReply(request: SimulatedRequest): Reply {
  let name = "no_such_tool";
  while (request.tools.some((tool) => tool.name === name)) name += "_either";
  return { toolCalls: [{ name, arguments: {} }] };
}

/** Calls an offered tool with arguments that fail its schema; with no JSON at all where the schema takes anything. */
export function badArgumentsReply(request: SimulatedRequest, toolNamed?: string): Reply {
  const tool = request.tools.find(({ name }) => name === toolNamed) ?? request.tools[0];
  if (tool === undefined) throw new Error("A bad_arguments fault needs a request with tools.");
  const unexpected = { unexpected: true };
  return {
    toolCalls: [
      { name: tool.name, arguments: conforms(tool.parameters, unexpected) ? '{"unexpected":' : unexpected },
    ],
  };
}
