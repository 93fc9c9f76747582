/**
 * Answers any conversation from what it holds: instructions, tools, schemas and data. It knows the form of a
 * conversation and no words of any sample.
 */
import { collectFacts } from "../facts/collect-facts.ts";
import { parseRules } from "../grammar/parse-rules.ts";
import type { Reply, SimulatedRequest } from "../wire/simulated-request.ts";
import { structuredAnswer } from "./structured-answer.ts";
import { textAnswer } from "./text-answer.ts";
import { toolTurn } from "./tool-turn.ts";

/** How the rules are applied. */
export interface EngineOptions {
  /** Do what the text asks, and not what the instructions say. */
  obedient: boolean;
}

/** The reply to a call: the tools that are still to be called, else the structured output, else a text. */
export function answerByRules(request: SimulatedRequest, { obedient }: EngineOptions): Reply {
  const facts = collectFacts(request);
  const rules = parseRules(request.instructions);
  const toolCalls = toolTurn(request, facts, rules, obedient);
  if (toolCalls.length > 0) return { toolCalls };
  if (request.outputSchema !== undefined) {
    return { json: structuredAnswer(request.outputSchema, facts, rules, obedient) };
  }
  return { text: textAnswer(request, facts, rules, obedient) };
}
