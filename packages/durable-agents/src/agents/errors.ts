// The errors that a run ends with, and what becomes of a tool's.

import {
  AgentsError,
  GuardrailExecutionError,
  MaxTurnsExceededError,
  ToolCallError,
} from "@openai/agents-core";
import { CancelledError, TerminalError } from "@restatedev/restate-sdk";

/**
 * An error function for tools: rethrows what must end the run (terminal errors, cancellation) and turns everything
 * else into a message for the model, as the SDK's own default does.
 */
export function rethrowRestateErrors(_context: unknown, error: unknown): string {
  const restateError = findTerminalError(error);
  if (restateError) throw restateError;
  return `An error occurred while running the tool. Please try again. Error: ${textOf(error)}`;
}

/**
 * An error function for tools: reports every error to the model, also one that no retry can mend, so that it may try
 * another way. Only a cancellation ends the run.
 */
export function reportErrorsToModel(context: unknown, error: unknown): string {
  const terminal = findTerminalError(error);
  if (!terminal || terminal instanceof CancelledError) return rethrowRestateErrors(context, error);
  return `The tool failed, and will fail again with the same arguments. Error: ${textOf(terminal)}`;
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.toString() : String(error);
}

/**
 * How a run ends that the Agents SDK gave up: too many turns, a guardrail, a reply it could not use. Replaying it
 * would end the same way, so Restate must not retry it. `cause` is the SDK's own error.
 */
export class AgentRunError extends TerminalError {
  override readonly cause: AgentsError;

  constructor(cause: AgentsError) {
    super(describeRunError(cause), { errorCode: 500 });
    this.name = "AgentRunError";
    this.cause = cause;
  }
}

/** The error a durable run rejects with, for what the Agents SDK threw. */
export function toRunError(error: unknown): unknown {
  const terminal = findTerminalError(error);
  if (terminal) return terminal;
  return error instanceof AgentsError ? new AgentRunError(error) : error;
}

/** The terminal error inside an error, if any: the SDK wraps what a tool or a guardrail threw, once per level of nesting. */
export function findTerminalError(error: unknown): TerminalError | undefined {
  for (let e = error, depth = 0; e !== undefined && depth < 32; depth++) {
    if (e instanceof TerminalError) return e;
    e = wrapped(e);
  }
  return undefined;
}

function wrapped(error: unknown): unknown {
  if (error instanceof ToolCallError || error instanceof GuardrailExecutionError) return error.error;
  return error instanceof Error ? error.cause : undefined;
}

// The SDK's messages may quote the model's reply or a tool's arguments, which are personal data here.
function describeRunError(error: AgentsError): string {
  if (error instanceof MaxTurnsExceededError) return `The agent run ended: ${error.message}.`;
  return `The agent run ended with the Agents SDK's ${error.constructor.name}; its cause holds the details.`;
}
