// Restate's context for code that uses native promises: each operation goes through the invocation's one scheduler.

import type {
  Context,
  ContextDate,
  Duration,
  GenericCall,
  GenericSend,
  HandlerDescriptor,
  InvocationHandle,
  InvocationId,
  ObjectContext,
  ObjectSharedContext,
  Rand,
  Request,
  RunOptions,
  SendClientFromDescriptors,
  Serde,
  ServiceDescriptor,
} from "@restatedev/restate-sdk";
import { isRestatePromise, RestatePromise, type TerminalError } from "@restatedev/restate-sdk";
import { StepGate } from "../../journaled/step-gate.ts";
import { StepSignals } from "../../journaled/step-signals.ts";
import { journalingFailure, withBoundedRetries } from "./bounded-retries.ts";
import {
  type DurableCall,
  type DurableClient,
  type KeyedDescriptor,
  requireKey,
  withInvocationId,
  wrapMethods,
} from "./durable-client.ts";
import { handled, Scheduler } from "./scheduler.ts";

/** What a durable step's action is given. */
export interface DurableStep {
  /** Aborts when the invocation is cancelled or its attempt ends: pass it to `fetch` and the like. */
  readonly signal: AbortSignal;
}

/** The last cancellation that the invocation's code has seen; not part of the context's own surface. */
export let cancellationOf: (context: DurableContext) => TerminalError | undefined;

/**
 * Restate's context whose operations return native promises that are safe under `Promise.all`, `race`, `any` and
 * `allSettled`. Get one with {@link DurableContext.from}; all that is taken from one Restate context share its scheduler.
 *
 * Between durable operations the code must not do real I/O, use timers, clocks or random numbers: do those inside
 * {@link DurableContext.run}, or use {@link DurableContext.date} and {@link DurableContext.rand}.
 */
export class DurableContext {
  static readonly #ofInvocation = new WeakMap<Context, DurableContext>();

  static {
    cancellationOf = (context) => context.#scheduler.cancellation;
  }

  /** The durable context of an invocation: the same one each time it is asked for. */
  static from(context: ObjectContext): DurableObjectContext;
  static from(context: ObjectSharedContext): DurableObjectSharedContext;
  static from(context: Context): DurableContext;
  static from(context: Context): DurableContext {
    const known = DurableContext.#ofInvocation.get(context);
    if (known) return known;
    // Restate gives every kind of handler the same object and lets the type say what it may use; so do we.
    const created = new DurableObjectContext(context as ObjectContext);
    DurableContext.#ofInvocation.set(context, created);
    return created;
  }

  readonly #context: Context;
  readonly #scheduler = new Scheduler();
  readonly #gate = new StepGate();
  #signals: StepSignals | undefined;

  protected constructor(context: Context) {
    this.#context = context;
  }

  /** Deterministic random numbers and UUIDs, seeded by the invocation's id. Not for secrets. */
  get rand(): Rand {
    this.assertReplayable("rand");
    return this.#context.rand;
  }

  /** A console that is silent during replay. */
  get console(): Console {
    return this.#context.console;
  }

  /** The journaled clock. */
  get date(): ContextDate {
    return {
      now: () => this.track("date.now", () => this.#context.date.now()),
      toJSON: () => this.track("date.toJSON", () => this.#context.date.toJSON()),
    };
  }

  /** The request that started this invocation. */
  request(): Request {
    return this.#context.request();
  }

  /**
   * Runs an action once and journals its result. What the action throws is retried by the given policy; only a
   * TerminalError reaches the caller.
   *
   * With `maxRetryAttempts` each failed attempt is journaled too, and the steps beside it go on meanwhile. Without it
   * Restate retries the whole invocation; the steps beside it finish first, so that none has its effect twice.
   */
  run<T>(
    name: string,
    action: (step: DurableStep) => Promise<T> | T,
    options: RunOptions<T> = {},
  ): Promise<T> {
    const { maxRetryAttempts, serde } = options;
    if (maxRetryAttempts === undefined) return this.#step(name, action, options);
    return handled(
      withBoundedRetries(
        { ...options, maxRetryAttempts },
        () =>
          this.#step(name, (step) => journalingFailure(() => action(step), step.signal), {
            ...(serde && { serde }),
          }),
        (ms) => this.sleep(ms, `${name}: retry`),
      ),
    );
  }

  #step<T>(name: string, action: (step: DurableStep) => Promise<T> | T, options: RunOptions<T>): Promise<T> {
    this.#signals ??= new StepSignals(this.#context.request().attemptCompletedSignal);
    const signals = this.#signals;
    const cancelled = new AbortController();
    const ended = signals.open();
    const step = this.#gate.step(cancelled.signal);
    const result = this.track(
      name,
      () => this.#context.run(name, () => step.run(() => action({ signal: ended.signal })), options),
      () => {
        cancelled.abort();
        ended.abort();
      },
    );
    const settled = () => {
      signals.close(ended);
      step.settled();
    };
    result.then(settled, settled);
    return result;
  }

  /** Suspends for a time, in milliseconds or as a Duration; survives crashes. */
  sleep(duration: Duration | number, name?: string): Promise<void> {
    return this.track("sleep", () => this.#context.sleep(duration, name));
  }

  /** A promise that somebody outside resolves by its id, through Restate's ingress or `resolveAwakeable`. */
  awakeable<T>(serde?: Serde<T>): { id: string; promise: Promise<T> } {
    this.assertReplayable("awakeable");
    const { id, promise } = this.#context.awakeable<T>(serde);
    return { id, promise: this.#scheduler.track(promise) };
  }

  resolveAwakeable<T>(id: string, payload?: T, serde?: Serde<T>): void {
    this.assertReplayable("resolveAwakeable");
    this.#context.resolveAwakeable(id, payload, serde);
  }

  rejectAwakeable(id: string, reason: string | TerminalError): void {
    this.assertReplayable("rejectAwakeable");
    this.#context.rejectAwakeable(id, reason);
  }

  /** A typed client of a contract. `key` is needed for Virtual Objects and Workflows. */
  client<H extends Record<string, HandlerDescriptor>>(
    contract: ServiceDescriptor<string, H>,
  ): DurableClient<H>;
  client<H extends Record<string, HandlerDescriptor>>(
    contract: KeyedDescriptor<H>,
    key: string,
  ): DurableClient<H>;
  client<H extends Record<string, HandlerDescriptor>>(
    contract: ServiceDescriptor<string, H> | KeyedDescriptor<H>,
    key?: string,
  ): DurableClient<H> {
    const client =
      contract._kind === "service"
        ? this.#context.client(contract)
        : this.#context.client(contract, requireKey(contract.name, key));
    return wrapMethods<DurableClient<H>>(contract.name, client, (operation, start) =>
      this.#call(operation, start),
    );
  }

  /** A typed one-way client of a contract: the message is delivered even when this invocation ends first. */
  sendClient<H extends Record<string, HandlerDescriptor>>(
    contract: ServiceDescriptor<string, H>,
  ): SendClientFromDescriptors<H>;
  sendClient<H extends Record<string, HandlerDescriptor>>(
    contract: KeyedDescriptor<H>,
    key: string,
  ): SendClientFromDescriptors<H>;
  sendClient<H extends Record<string, HandlerDescriptor>>(
    contract: ServiceDescriptor<string, H> | KeyedDescriptor<H>,
    key?: string,
  ): SendClientFromDescriptors<H> {
    const client =
      contract._kind === "service"
        ? this.#context.sendClient(contract)
        : this.#context.sendClient(contract, requireKey(contract.name, key));
    return wrapMethods(contract.name, client, (operation, start) => this.#send(operation, start));
  }

  /** A call without a contract. */
  genericCall<I = Uint8Array, O = Uint8Array>(call: GenericCall<I, O>): DurableCall<O> {
    return this.#call(`${call.service}/${call.method}`, () => this.#context.genericCall<I, O>(call));
  }

  /** A one-way call without a contract. */
  genericSend<I = Uint8Array>(send: GenericSend<I>): InvocationHandle {
    return this.#send(`${send.service}/${send.method}`, () => this.#context.genericSend<I>(send));
  }

  /** Asks Restate to cancel an invocation and all that it called. */
  cancel(invocationId: InvocationId): void {
    this.assertReplayable("cancel");
    this.#context.invocation(invocationId).cancel();
  }

  /** Waits for the result of another invocation. */
  attach<T>(invocationId: InvocationId, serde?: Serde<T>): Promise<T> {
    return this.track("attach", () => this.#context.invocation(invocationId).attach<T>(serde));
  }

  /** See {@link Scheduler.assertReplayable}. */
  protected assertReplayable(operation: string): void {
    this.#scheduler.assertReplayable(operation);
  }

  /** Starts an operation on Restate's context and hands its promise to the scheduler. */
  protected track<T>(operation: string, start: () => Promise<T>, onCancel?: () => void): Promise<T> {
    this.assertReplayable(operation);
    return this.#scheduler.track(asRestatePromise<T>(start()), onCancel);
  }

  #call<T>(operation: string, start: () => RestatePromise<T> & InvocationHandle): DurableCall<T> {
    this.assertReplayable(operation);
    const call = start();
    return withInvocationId(this.#scheduler.track(call), () =>
      this.track("invocationId", () => call.invocationId),
    );
  }

  #send(operation: string, start: () => InvocationHandle): InvocationHandle {
    this.assertReplayable(operation);
    const handle = start();
    return withInvocationId({}, () => this.track("invocationId", () => handle.invocationId));
  }
}

/** {@link DurableContext} of a Virtual Object's shared handler: its key and its state, to read. */
export class DurableObjectSharedContext extends DurableContext {
  readonly #state: ObjectContext;

  protected constructor(context: ObjectContext) {
    super(context);
    this.#state = context;
  }

  /** The key of this Virtual Object. */
  get key(): string {
    return this.#state.key;
  }

  /** Reads a state entry; null when there is none. */
  get<T>(name: string, serde?: Serde<T>): Promise<T | null> {
    return this.track("get", () => this.#state.get<T>(name, serde));
  }

  /**
   * Reads several state entries at once, in the order of their names: one wait for all of them, where a `get` each
   * under `Promise.all` would wait for one after the other.
   */
  getAll<T>(names: readonly string[], serde?: Serde<T>): Promise<(T | null)[]> {
    return this.track("getAll", () =>
      RestatePromise.all(names.map((name) => asRestatePromise(this.#state.get<T>(name, serde)))),
    );
  }

  /** The names of all state entries. */
  stateKeys(): Promise<string[]> {
    return this.track("stateKeys", () => this.#state.stateKeys());
  }
}

/** {@link DurableContext} of a Virtual Object's exclusive handler: its state, to read and write. */
export class DurableObjectContext extends DurableObjectSharedContext {
  readonly #state: ObjectContext;

  constructor(context: ObjectContext) {
    super(context);
    this.#state = context;
  }

  /** Writes a state entry. */
  set<T>(name: string, value: T, serde?: Serde<T>): void {
    this.assertReplayable("set");
    this.#state.set<T>(name, value, serde);
  }

  /** Removes a state entry. */
  clear(name: string): void {
    this.assertReplayable("clear");
    this.#state.clear(name);
  }

  /** Removes all state entries. */
  clearAll(): void {
    this.assertReplayable("clearAll");
    this.#state.clearAll();
  }
}

// Restate types some promises (state, date, invocation ids) as native ones although they are its own.
function asRestatePromise<T>(promise: Promise<T>): RestatePromise<T> {
  if (!isRestatePromise(promise)) throw new Error("Restate returned a promise that cannot be raced.");
  return promise as RestatePromise<T>;
}
