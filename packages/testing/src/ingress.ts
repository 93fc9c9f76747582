/**
 * Calls of services through Restate's ingress, for tests: by name and without generated clients, so that they work
 * for services in other processes too.
 */

import { z } from "zod";

/** The ingress answered with an error. */
export class IngressError extends Error {
  override readonly name = "IngressError";
  /** The HTTP status; a TerminalError's `errorCode` when a handler threw one. */
  readonly status: number;
  readonly body: string;

  constructor(request: string, status: number, body: string) {
    super(`${request} answered ${status}: ${body}`);
    this.status = status;
    this.body = body;
  }
}

export interface CallOptions {
  /** The key of a Virtual Object or workflow. */
  key?: string;
  idempotencyKey?: string;
  headers?: Readonly<Record<string, string>>;
}

export interface SendOptions extends CallOptions {
  delayMs?: number;
}

/** Restate's ingress; the answers of handlers are read as JSON. */
export interface Ingress {
  /** Calls a handler and waits for its answer. @throws IngressError */
  call<T = unknown>(service: string, handler: string, input?: unknown, options?: CallOptions): Promise<T>;
  /** Calls a handler one-way; returns the invocation's id. @throws IngressError */
  send(service: string, handler: string, input?: unknown, options?: SendOptions): Promise<string>;
  /** Waits for the answer of an invocation. @throws IngressError */
  attach<T = unknown>(invocationId: string): Promise<T>;
  resolveAwakeable(awakeableId: string, payload?: unknown): Promise<void>;
  rejectAwakeable(awakeableId: string, reason: string): Promise<void>;
}

const sendResult = z.object({ invocationId: z.string() });

/** A client of the ingress at `ingressUrl`. */
export function createIngress(ingressUrl: string): Ingress {
  const request = async (method: string, path: string, init: RequestInit = {}): Promise<unknown> => {
    const response = await fetch(ingressUrl + path, { ...init, method });
    const body = await response.text();
    if (!response.ok) throw new IngressError(`${method} ${path}`, response.status, body);
    return body === "" ? undefined : JSON.parse(body);
  };
  return {
    call: async <T>(service: string, handler: string, input?: unknown, options: CallOptions = {}) =>
      (await request("POST", handlerPath(service, handler, options), payload(input, options))) as T,
    async send(service, handler, input, options = {}) {
      const delay = options.delayMs === undefined ? "" : `?delay=${options.delayMs}ms`;
      const path = `${handlerPath(service, handler, options)}/send${delay}`;
      return sendResult.parse(await request("POST", path, payload(input, options))).invocationId;
    },
    attach: async <T>(invocationId: string) =>
      (await request("GET", `/restate/invocation/${invocationId}/attach`)) as T,
    async resolveAwakeable(awakeableId, value) {
      await request("POST", `/restate/awakeables/${awakeableId}/resolve`, payload(value, {}));
    },
    async rejectAwakeable(awakeableId, reason) {
      await request("POST", `/restate/awakeables/${awakeableId}/reject`, { body: reason });
    },
  };
}

function handlerPath(service: string, handler: string, { key }: CallOptions): string {
  return [service, ...(key === undefined ? [] : [encodeURIComponent(key)]), handler]
    .map((part) => `/${part}`)
    .join("");
}

function payload(input: unknown, { idempotencyKey, headers }: CallOptions): RequestInit {
  return {
    headers: {
      ...headers,
      ...(idempotencyKey === undefined ? {} : { "idempotency-key": idempotencyKey }),
      ...(input === undefined ? {} : { "content-type": "application/json" }),
    },
    ...(input === undefined ? {} : { body: JSON.stringify(input) }),
  };
}
