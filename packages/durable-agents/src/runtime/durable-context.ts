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
  SendClientFromDescriptors,
  Serde,
} from "@restatedev/restate-sdk";
import { RestatePromise, TerminalError } from "@restatedev/restate-sdk";
import {
  type ClientTarget,
  currentCallHeaders,
  type DurableCall,
  type DurableClient,
  requireKey,
  withInvocationId,
  wrapMethods,
} from "./durable-client.ts";
import { type DurableStep, DurableSteps, type StepOptions } from "./durable-steps.ts";
import { asRestatePromise, currentScope, Operations } from "./operations.ts";

/** How the rest of this library uses a context beyond its own surface. */
export let operationsOf: (context: DurableContext) => Operations;

/** The durable steps of a context. */
export let stepsOf: (context: DurableContext) => DurableSteps;

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
    operationsOf = (context) => context.#operations;
    stepsOf = (context) => context.#steps;
  }

  /**
   * The durable context of an invocation: the same one each time it is asked for, a durable context itself. From then on
   * Restate's own context refuses what would break the replay: an operation beside a run, or beside one of the durable context.
   *
   * @throws TerminalError when another copy of this library is at work in this invocation
   */
  static from(context: ObjectContext | DurableObjectContext): DurableObjectContext;
  static from(context: ObjectSharedContext | DurableObjectSharedContext): DurableObjectSharedContext;
  static from(context: Context | DurableContext): DurableContext;
  static from(context: Context | DurableContext): DurableContext {
    if (context instanceof DurableContext) return context;
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

  readonly #operations: Operations;
  readonly #steps: DurableSteps;
  readonly #cancelled = new Set<InvocationId>();

  protected constructor(context: ObjectContext) {
    this.#operations = new Operations(context);
    this.#steps = new DurableSteps(context, this.#operations);
  }

  /** Deterministic random numbers and UUIDs, seeded by the invocation's id. Not for secrets. */
  get rand(): Rand {
    this.#operations.assertReplayable("rand");
    return this.#operations.context.rand;
  }

  /** A console that is silent during replay. */
  get console(): Console {
    return this.#operations.context.console;
  }

  /** The journaled clock. */
  get date(): ContextDate {
    return {
      now: () => this.#operations.track("date.now", (context) => context.date.now()),
      toJSON: () => this.#operations.track("date.toJSON", (context) => context.date.toJSON()),
    };
  }

  /** The request that started this invocation. */
  request(): Request {
    return this.#operations.context.request();
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
    options: StepOptions<T> = {},
  ): Promise<T> {
    return this.#steps.run(name, action, options);
  }

  /**
   * Runs a step that an earlier version of this handler did otherwise, or not at all. An invocation that began with that
   * version goes on as it did: where its journal has something else in this place, `before` is done instead.
   *
   * @param name none that the earlier version has in this place
   * @param before all that the earlier version did here, durable operations too
   */
  runPatched<T>(
    name: string,
    action: (step: DurableStep) => Promise<T> | T,
    before: () => Promise<T> | T,
  ): Promise<T> {
    const { nextJournaled } = this.#operations;
    const isPatched = nextJournaled === undefined || nextJournaled === name;
    return isPatched ? this.run(name, action) : Promise.resolve(before());
  }

  /** Suspends for a time, in milliseconds or as a Duration; survives crashes. */
  sleep(duration: Duration | number, name?: string): Promise<void> {
    return this.#operations.track("sleep", (context) => context.sleep(duration, name));
  }

  /** A promise that somebody outside resolves by its id, through Restate's ingress or `resolveAwakeable`. */
  awakeable<T>(serde?: Serde<T>): { id: string; promise: Promise<T> } {
    const { id, promise } = this.#operations.perform("awakeable", (context) => context.awakeable<T>(serde));
    return { id, promise: this.#operations.waitFor(promise) };
  }

  /**
   * Gives the promise of an awakeable its value, also when another invocation waits for it.
   *
   * @param payload as the one who waits expects it; `null` when left out
   */
  resolveAwakeable<T>(id: string, payload?: T, serde?: Serde<T>): void {
    this.#operations.perform("resolveAwakeable", (context) => context.resolveAwakeable(id, payload, serde));
  }

  /** Rejects the promise of an awakeable with a TerminalError: the given one, or one of this message. */
  rejectAwakeable(id: string, reason: string | TerminalError): void {
    this.#operations.perform("rejectAwakeable", (context) => context.rejectAwakeable(id, reason));
  }

  /** A typed client of a contract, with a key for Virtual Objects and Workflows. */
  client<H extends Record<string, HandlerDescriptor>>(...[contract, key]: ClientTarget<H>): DurableClient<H> {
    const client =
      contract._kind === "service"
        ? this.#operations.context.client(contract)
        : this.#operations.context.client(contract, requireKey(contract.name, key));
    return wrapMethods<DurableClient<H>>(contract.name, client, (operation, start) =>
      this.#call(operation, () => start(currentCallHeaders())),
    );
  }

  /** A typed one-way client of a contract: the message is delivered even when this invocation ends first. */
  sendClient<H extends Record<string, HandlerDescriptor>>(
    ...[contract, key]: ClientTarget<H>
  ): SendClientFromDescriptors<H> {
    const client =
      contract._kind === "service"
        ? this.#operations.context.sendClient(contract)
        : this.#operations.context.sendClient(contract, requireKey(contract.name, key));
    return wrapMethods(contract.name, client, (operation, start) =>
      this.#send(operation, () => start(undefined)),
    );
  }

  /** A call without a contract. */
  genericCall<I = Uint8Array, O = Uint8Array>(call: GenericCall<I, O>): DurableCall<O> {
    const headers = { ...currentCallHeaders(), ...call.headers };
    return this.#call(`${call.service}/${call.method}`, () =>
      this.#operations.context.genericCall<I, O>({ ...call, headers }),
    );
  }

  /** A one-way call without a contract. */
  genericSend<I = Uint8Array>(send: GenericSend<I>): InvocationHandle {
    return this.#send(`${send.service}/${send.method}`, () => this.#operations.context.genericSend<I>(send));
  }

  /** Asks Restate to cancel an invocation and all that it called. */
  cancel(invocationId: InvocationId): void {
    this.#operations.perform("cancel", (context) => context.invocation(invocationId).cancel());
    this.#cancelled.add(invocationId);
  }

  /** Waits for the result of another invocation. */
  attach<T>(invocationId: InvocationId, serde?: Serde<T>): Promise<T> {
    return this.#operations.track("attach", (context) => context.invocation(invocationId).attach<T>(serde));
  }

  #call<T>(operation: string, start: () => RestatePromise<T> & InvocationHandle): DurableCall<T> {
    const call = this.#operations.perform(operation, start);
    const result = withInvocationId(this.#operations.waitFor(call), () =>
      this.#operations.track("invocationId", () => call.invocationId),
    );
    const cancel = async () => {
      const id = await result.invocationId;
      if (!this.#cancelled.has(id)) this.cancel(id);
    };
    currentScope()?.began({ end: () => this.#operations.waitFor(call), cancel }, result);
    return result;
  }

  #send(operation: string, start: () => InvocationHandle): InvocationHandle {
    const handle = this.#operations.perform(operation, start);
    return withInvocationId({}, () => this.#operations.track("invocationId", () => handle.invocationId));
  }
}

/** {@link DurableContext} of a Virtual Object's shared handler: its key and its state, to read. */
export class DurableObjectSharedContext extends DurableContext {
  /** The key of this Virtual Object. */
  get key(): string {
    return operationsOf(this).context.key;
  }

  /** Reads a state entry; null when there is none. */
  get<T>(name: string, serde?: Serde<T>): Promise<T | null> {
    return operationsOf(this).track("get", (context) => context.get<T>(name, serde));
  }

  /**
   * Reads several state entries at once, in the order of their names: one wait for all of them, where a `get` each
   * under `Promise.all` would wait for one after the other.
   */
  getAll<T>(names: readonly string[], serde?: Serde<T>): Promise<(T | null)[]> {
    return operationsOf(this).track("getAll", (context) =>
      RestatePromise.all(names.map((name) => asRestatePromise(context.get<T>(name, serde)))),
    );
  }

  /** The names of all state entries. */
  stateKeys(): Promise<string[]> {
    return operationsOf(this).track("stateKeys", (context) => context.stateKeys());
  }
}

/** {@link DurableContext} of a Virtual Object's exclusive handler: its state, to read and write. */
export class DurableObjectContext extends DurableObjectSharedContext {
  /** Writes a state entry. */
  set<T>(name: string, value: T, serde?: Serde<T>): void {
    operationsOf(this).perform("set", (context) => context.set<T>(name, value, serde));
  }

  /** Removes a state entry. */
  clear(name: string): void {
    operationsOf(this).perform("clear", (context) => context.clear(name));
  }

  /** Removes all state entries. */
  clearAll(): void {
    operationsOf(this).perform("clearAll", (context) => context.clearAll());
  }
}
