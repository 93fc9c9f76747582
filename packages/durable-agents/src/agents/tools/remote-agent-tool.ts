// Another service's agent as a tool: a durable call, typed by that service's contract.

import type { FunctionTool } from "@openai/agents-core";
import type {
  HandlerDescriptor,
  InferInput,
  ObjectDescriptor,
  ServiceDescriptor,
  WorkflowDescriptor,
} from "@restatedev/restate-sdk";
import type { z } from "zod";
import { currentDurableContext } from "../run.ts";
import {
  durableTool,
  type NeedsApproval,
  type ToolErrorFunction,
  type ToolParameters,
} from "./durable-tool.ts";

type Handlers = Record<string, HandlerDescriptor>;

/** A tool for {@link remoteAgentTool} to make: its description for the model, and the handler that it calls. */
export interface RemoteAgentToolOptions<
  H extends Handlers,
  N extends keyof H & string,
  P extends ToolParameters,
> {
  readonly name: string;
  /** The tool's purpose, for the model. */
  readonly description: string;
  /** Which handler to call. */
  readonly handler: N;
  /** The arguments the model gives; they are the handler's input. */
  readonly parameters: P & (z.infer<P> extends InferInput<H[N]> ? unknown : never);
  /** Whether a person must approve a call before it is sent, as with `durableTool`. */
  readonly needsApproval?: NeedsApproval<P>;
  /** What becomes of an error of the remote side, as with `durableTool`. */
  readonly errorFunction?: ToolErrorFunction;
}

/**
 * A tool that calls a handler of another service through Restate. The call is journaled and survives crashes of both
 * sides; cancelling the run cancels the remote invocation too. A terminal error of the remote side ends the run, unless
 * `errorFunction` says otherwise.
 *
 * @param contract the other service, as made by Restate's `iface`
 */
export function remoteAgentTool<H extends Handlers, N extends keyof H & string, P extends ToolParameters>(
  contract: ServiceDescriptor<string, H>,
  options: RemoteAgentToolOptions<H, N, P>,
): FunctionTool<unknown, P>;
/**
 * The same for a Virtual Object or a Workflow, whose key is computed from the arguments.
 *
 * @param options `key` computes the key of the Virtual Object or Workflow from the arguments
 */
export function remoteAgentTool<H extends Handlers, N extends keyof H & string, P extends ToolParameters>(
  contract: ObjectDescriptor<string, H> | WorkflowDescriptor<string, H>,
  options: RemoteAgentToolOptions<H, N, P> & { readonly key: (input: z.infer<P>) => string },
): FunctionTool<unknown, P>;
export function remoteAgentTool<H extends Handlers, N extends keyof H & string, P extends ToolParameters>(
  contract: ServiceDescriptor<string, H> | ObjectDescriptor<string, H> | WorkflowDescriptor<string, H>,
  options: RemoteAgentToolOptions<H, N, P> & { readonly key?: (input: z.infer<P>) => string },
): FunctionTool<unknown, P> {
  return durableTool<P>({
    name: options.name,
    description: options.description,
    parameters: options.parameters,
    needsApproval: options.needsApproval ?? false,
    ...(options.errorFunction !== undefined && { errorFunction: options.errorFunction }),
    execute: (input) => {
      const ctx = currentDurableContext();
      const client =
        contract._kind === "service"
          ? ctx.client(contract)
          : ctx.client(contract, options.key?.(input) ?? missingKey(contract.name));
      // `parameters` is typed to fit the handler's input, a fact TypeScript loses behind the generic handler name.
      const call = client[options.handler] as (input: z.infer<P>) => Promise<unknown>;
      return call(input);
    },
  });
}

function missingKey(service: string): never {
  throw new Error(`remoteAgentTool of ${service} needs a key, as it is no plain service.`);
}
