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
import { isRestatePromise, RestatePromise, TerminalError } from "@restatedev/restate-sdk";
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
import { currentEffectScope } from "./effect-scope.ts";
import { RawContext } from "./raw-context.ts";
import { handled, Scheduler } from "./scheduler.ts";

/** What a durable step's action is given. */
export interface DurableStep {
  /** Aborts when the invocation is cancelled or its attempt ends: pass it to `fetch` and the like. */
  readonly signal: AbortSignal;
}

/** The last cancellation that the invocation's code has seen; not part of the context's own surface. */
export let cancellationOf: (context: DurableContext) => TerminalError | undefined;

/** Throws when replayed code may not begin this operation here; not part of the context's own surface. */
export let assertReplayable: (context: DurableContext, operation: string) => void;

/** Tells that a run begins; not part of the context's own surface. @returns tells that it has ended */
export let beginRun: (context: DurableContext) => () => void;

/**
 * Calls `listener` when a signal of this name arrives while the handler waits for an operation; not part of the
 * context's own surface. @returns ends that
 */
export let onSignal: (context: DurableContext, name: string, listener: () => void) => () => void;

/** Sends a signal to another invocation; not part of the context's own surface. */
export let sendSignal: (context: DurableContext, to: InvocationId, name: string) => void;

// Known to all copies and versions of this library.
const OWNER = Symbol.for("@holdfast/durable-agents/context");

/**
 * Restate's context whose operations return native promises that are safe under `Promise.all`, `race`, `any` and
 * `allSettled`. Get one with {@link DurableContext.from}; all that is taken from one Restate context share its scheduler.
 *
 * Between durable operations the code must not do real I/O, use timers, clocks or random numbers: do those inside
 * {@link DurableContext.run}, or use {@link DurableContext.date} and {@link DurableContext.rand}.
 */
export class DurableContext {
  static {
    cancellationOf = (context) => context.#scheduler.cancellation;
    assertReplayable = (context, operation) => context.assertReplayable(operation);
    onSignal = (context, name, listener) => {
      const signal = context.perform("signal", () => context.#context.signal(name));
      return context.#scheduler.watch(asRestatePromise(signal), listener);
    };
    sendSignal = (context, to, name) =>
      context.perform("signal", () => context.#context.invocation(to).signal(name).resolve());
    beginRun = (context) => {
      context.#runs++;
      let hasEnded = false;
      return () => {
        if (!hasEnded) context.#runs--;
        hasEnded = true;
      };
    };
  }

  /**
   * The durable context of an invocation: the same one each time it is asked for. From then on Restate's own context
   * refuses what would break the replay: an operation beside a run, or beside one of the durable context.
   *
   * @throws TerminalError when another copy of this library is at work in this invocation
   */
  static from(context: ObjectContext): DurableObjectContext;
  static from(context: ObjectSharedContext): DurableObjectSharedContext;
  static from(context: Context): DurableContext;
  static from(context: Context): DurableContext {
    const known: unknown = Reflect.get(context, OWNER);
    if (known instanceof DurableContext) return known;
    if (known !== undefined) {
      throw new TerminalError(
        "Another copy of @holdfast/durable-agents is at work in this invocation, and would replay it in another order. " +
          "Install one version of it, once: `npm ls @holdfast/durable-agents` tells who brings which.",
      );
    }
    // Restate gives every kind of handler the same object and lets the type say what it may use; so do we.
    const created = new DurableObjectContext(context as ObjectContext);
    Object.defineProperty(context, OWNER, { value: created });
    return created;
  }

  readonly #context: Context;
  readonly #raw: RawContext;
  readonly #scheduler: Scheduler;
  readonly #gate = new StepGate();
  readonly #cancelled = new Set<InvocationId>();
  #signals: StepSignals | undefined;
  #runs = 0;

  protected constructor(context: Context) {
    this.#context = context;
    this.#raw = new RawContext(context, {
      isRunning: () => this.#runs > 0,
      isPending: () => this.#scheduler.isPending,
      assertReplayable: (operation) => this.assertReplayable(operation),
    });
    this.#scheduler = new Scheduler(this.#raw);
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
    const run = this.perform(name, () =>
      this.#context.run(name, () => step.run(() => action({ signal: ended.signal })), options),
    );
    const result = this.#waitFor(run, () => {
      cancelled.abort();
      ended.abort();
    });
    currentEffectScope()?.began({ end: () => this.#waitFor(run) }, result);
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
    const { id, promise } = this.perform("awakeable", () => this.#context.awakeable<T>(serde));
    return { id, promise: this.#waitFor(promise) };
  }

  /**
   * Gives the promise of an awakeable its value, also when another invocation waits for it.
   *
   * @param payload as the one who waits expects it; `null` when left out
   */
  resolveAwakeable<T>(id: string, payload?: T, serde?: Serde<T>): void {
    this.perform("resolveAwakeable", () => this.#context.resolveAwakeable(id, payload, serde));
  }

  /** Rejects the promise of an awakeable with a TerminalError: the given one, or one of this message. */
  rejectAwakeable(id: string, reason: string | TerminalError): void {
    this.perform("rejectAwakeable", () => this.#context.rejectAwakeable(id, reason));
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
    this.perform("cancel", () => this.#context.invocation(invocationId).cancel());
    this.#cancelled.add(invocationId);
  }

  /** Waits for the result of another invocation. */
  attach<T>(invocationId: InvocationId, serde?: Serde<T>): Promise<T> {
    return this.track("attach", () => this.#context.invocation(invocationId).attach<T>(serde));
  }

  /** See {@link Scheduler.assertReplayable} and {@link EffectScope.assertOpen}. */
  protected assertReplayable(operation: string): void {
    this.#scheduler.assertReplayable(operation);
    currentEffectScope()?.assertOpen(operation);
  }

  /** Calls Restate's context. */
  protected perform<T>(operation: string, call: () => T): T {
    this.assertReplayable(operation);
    return this.#raw.use(call);
  }

  /** Starts an operation on Restate's context and hands its promise to the scheduler. */
  protected track<T>(operation: string, start: () => Promise<T>): Promise<T> {
    return this.#waitFor(asRestatePromise<T>(this.perform(operation, start)));
  }

  #waitFor<T>(promise: RestatePromise<T>, onCancel?: () => void): Promise<T> {
    const outlastsCancellation = currentEffectScope()?.outlastsCancellation ?? false;
    return this.#scheduler.track(promise, { ...(onCancel && { onCancel }), outlastsCancellation });
  }

  #call<T>(operation: string, start: () => RestatePromise<T> & InvocationHandle): DurableCall<T> {
    const call = this.perform(operation, start);
    const result = withInvocationId(this.#waitFor(call), () =>
      this.track("invocationId", () => call.invocationId),
    );
    const cancel = async () => {
      const id = await result.invocationId;
      if (!this.#cancelled.has(id)) this.cancel(id);
    };
    currentEffectScope()?.began({ end: () => this.#waitFor(call), cancel }, result);
    return result;
  }

  #send(operation: string, start: () => InvocationHandle): InvocationHandle {
    const handle = this.perform(operation, start);
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
    this.perform("set", () => this.#state.set<T>(name, value, serde));
  }

  /** Removes a state entry. */
  clear(name: string): void {
    this.perform("clear", () => this.#state.clear(name));
  }

  /** Removes all state entries. */
  clearAll(): void {
    this.perform("clearAll", () => this.#state.clearAll());
  }
}

// Restate types some promises (state, date, invocation ids) as native ones although they are its own.
function asRestatePromise<T>(promise: Promise<T>): RestatePromise<T> {
  if (!isRestatePromise(promise)) throw new Error("Restate returned a promise that cannot be raced.");
  return promise as RestatePromise<T>;
}
