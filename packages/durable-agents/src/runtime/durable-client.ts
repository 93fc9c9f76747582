// Typed clients of contracts whose calls go through the scheduler.

import { AsyncLocalStorage } from "node:async_hooks";
import {
  type HandlerDescriptor,
  type InferInput,
  type InferOutput,
  type InvocationHandle,
  type InvocationId,
  type ObjectDescriptor,
  type Opts,
  type RestatePromise,
  rpc,
  type ServiceDescriptor,
  TerminalError,
  type WorkflowDescriptor,
} from "@restatedev/restate-sdk";

/** The result of a call, with the id of the invocation that computes it. */
export type DurableCall<T> = Promise<T> & { readonly invocationId: Promise<InvocationId> };

/** A typed client of a contract; each method is a durable call. */
export type DurableClient<H extends Record<string, HandlerDescriptor>> = {
  readonly [K in keyof H]: [InferInput<H[K]>] extends [void]
    ? (options?: Opts<InferInput<H[K]>, InferOutput<H[K]>>) => DurableCall<InferOutput<H[K]>>
    : (
        input: InferInput<H[K]>,
        options?: Opts<InferInput<H[K]>, InferOutput<H[K]>>,
      ) => DurableCall<InferOutput<H[K]>>;
};

/** A contract whose clients need a key. */
export type KeyedDescriptor<H extends Record<string, HandlerDescriptor>> =
  | ObjectDescriptor<string, H>
  | WorkflowDescriptor<string, H>;

/** A contract, with the key of the Virtual Object or Workflow that it is of. */
export type ClientTarget<H extends Record<string, HandlerDescriptor>> =
  | [contract: ServiceDescriptor<string, H>]
  | [contract: KeyedDescriptor<H>, key: string];

type Headers = Readonly<Record<string, string>>;

/** How a client's method is called: `start` makes Restate's call, under the operation's name. */
type Interceptor = (
  operation: string,
  start: (headers: Headers | undefined) => RestatePromise<unknown> & InvocationHandle,
) => unknown;

const callHeaders = new AsyncLocalStorage<Headers>();

/** Runs a body whose calls of other services carry these headers. They are journaled, so they must be facts of the journal. */
export function withCallHeaders<T>(headers: Headers, body: () => T): T {
  return callHeaders.run(headers, body);
}

/** The headers of the calls that this code makes. */
export function currentCallHeaders(): Headers | undefined {
  return callHeaders.getStore();
}

/** The class of Restate's own options of a call: it takes them where they are the last argument. */
const CallOptions = rpc.opts({}).constructor;

/** The arguments of a client's method, with more headers; those that the caller gave count. */
function withHeaders(args: unknown[], headers: Headers | undefined): unknown[] {
  if (!headers) return args;
  const last = args.at(-1);
  if (!(last instanceof CallOptions)) return [...args, rpc.opts({ headers })];
  const options = (last as Opts<unknown, unknown>).getOpts();
  return [...args.slice(0, -1), rpc.opts({ ...options, headers: { ...headers, ...options.headers } })];
}

/** A client like Restate's own, each method of which goes through `intercept`. */
export function wrapMethods<Wrapped extends object>(
  service: string,
  client: object,
  intercept: Interceptor,
): Wrapped {
  return new Proxy(client, {
    get: (target, handler) => {
      const method: unknown = Reflect.get(target, handler);
      if (typeof method !== "function") return method;
      return (...args: unknown[]) =>
        intercept(`${service}/${String(handler)}`, (headers) =>
          Reflect.apply(method, target, withHeaders(args, headers)),
        );
    },
  }) as Wrapped;
}

/** @throws TerminalError when there is no key */
export function requireKey(service: string, key: string | undefined): string {
  if (key === undefined)
    throw new TerminalError(`A client of ${service} needs a key: client(contract, key).`);
  return key;
}

// The id is an operation of its own: it is waited for only when it is asked for, and once.
export function withInvocationId<T extends object>(
  target: T,
  start: () => Promise<InvocationId>,
): T & { readonly invocationId: Promise<InvocationId> } {
  let id: Promise<InvocationId> | undefined;
  return Object.defineProperty(target, "invocationId", {
    get: () => {
      id ??= start();
      return id;
    },
  }) as T & { readonly invocationId: Promise<InvocationId> };
}
