// Another service's agent as a tool: a durable call, typed by that service's contract.

import type { FunctionTool } from "@openai/agents-core";
import type { HandlerDescriptor, InferInput, ServiceDescriptor } from "@restatedev/restate-sdk";
import type { z } from "zod";
import { type DurableToolOptions, durableTool, type ToolParameters } from "../agents/tools/durable-tool.ts";
import type { KeyedDescriptor } from "../runtime/durable-client.ts";

type Handlers = Record<string, HandlerDescriptor>;

/** A tool for {@link remoteAgentTool} to make: its description for the model, and the handler that it calls. */
export interface RemoteAgentToolOptions<
  H extends Handlers,
  N extends keyof H & string,
  P extends ToolParameters,
> extends Omit<DurableToolOptions<P, unknown>, "parameters" | "execute"> {
  /** Which handler to call. */
  readonly handler: N;
  /** The arguments the model gives; they are the handler's input. */
  readonly parameters: P & (z.infer<P> extends InferInput<H[N]> ? unknown : never);
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
 * The same for a Virtual Object or a Workflow.
 *
 * @param options `key` computes the key of the Virtual Object or Workflow from the arguments
 */
export function remoteAgentTool<H extends Handlers, N extends keyof H & string, P extends ToolParameters>(
  contract: KeyedDescriptor<H>,
  options: RemoteAgentToolOptions<H, N, P> & { readonly key: (input: z.infer<P>) => string },
): FunctionTool<unknown, P>;
export function remoteAgentTool<H extends Handlers, N extends keyof H & string, P extends ToolParameters>(
  contract: ServiceDescriptor<string, H> | KeyedDescriptor<H>,
  options: RemoteAgentToolOptions<H, N, P> & { readonly key?: (input: z.infer<P>) => string },
): FunctionTool<unknown, P> {
  const { handler, key, ...toolOptions } = options;
  return durableTool<P>({
    ...toolOptions,
    execute: (input, ctx) => {
      const client =
        contract._kind === "service"
          ? ctx.client(contract)
          : ctx.client(contract, key?.(input) ?? missingKey(contract.name));
      // `parameters` is typed to fit the handler's input, a fact TypeScript loses behind the generic handler name.
      const call = client[handler] as (input: z.infer<P>) => Promise<unknown>;
      return call(input);
    },
  });
}

function missingKey(service: string): never {
  throw new Error(`remoteAgentTool of ${service} needs a key, as it is no plain service.`);
}
