// Bookings that can be undone: what the tests of compensations let tools and handlers do, and a log of what was done.

import { setTimeout } from "node:timers/promises";
import { Agent } from "@openai/agents-core";
import { type Context, iface, service, TerminalError } from "@restatedev/restate-sdk";
import { z } from "zod";
import { DurableContext, DurableRunner, durableTool } from "../src/index.ts";
import { Compensations, currentCompensations } from "../src/sagas/index.ts";
import { scriptedModels } from "./scripted-models.ts";
import { userText } from "./user-text.ts";

// A cancellation reaches a step that is running only as long as Restate still talks to the attempt.
export const INACTIVITY_TIMEOUT_MS = 30_000;

const bookingSchema = z.object({
  run: z.string(),
  name: z.string(),
  /** Goes on after the booking; `wait` until cancelled, `hold` until the test lets it, whatever its signal says. */
  next: z.enum(["end", "terminal", "plain", "wait", "hold"]),
  /** `flaky` fails its first attempt, `hold` waits for the test, `gone` fails at once and for good. */
  undo: z.enum(["works", "flaky", "always fails", "gone", "hold", "by call"]),
});

/** One booking, and what becomes of it and of its undoing. */
export type Booking = z.infer<typeof bookingSchema>;

/** What was done, by run, in order; and doors that steps wait at. */
export class BookingLog {
  readonly #events = new Map<string, string[]>();
  readonly #doors = new Map<string, PromiseWithResolvers<void>>();

  add(run: string, event: string): void {
    this.of(run).push(event);
    this.#door(`${run} saw ${event}`).resolve();
  }

  of(run: string): string[] {
    const events = this.#events.get(run) ?? [];
    this.#events.set(run, events);
    return events;
  }

  /** Resolves when the event has happened, however often. */
  saw(run: string, event: string): Promise<void> {
    return this.#door(`${run} saw ${event}`).promise;
  }

  /** Waits until the test opens it. */
  door(run: string, name: string): Promise<void> {
    return this.#door(`${run} door ${name}`).promise;
  }

  open(run: string, name: string): void {
    this.#door(`${run} door ${name}`).resolve();
  }

  #door(name: string): PromiseWithResolvers<void> {
    const door = this.#doors.get(name) ?? Promise.withResolvers<void>();
    this.#doors.set(name, door);
    return door;
  }
}

export const cars = iface.service("Cars", {
  book: iface.json<Booking, string>(),
  cancel: iface.json<Booking, string>(),
});

const RETRIES = { maxRetryAttempts: 3, initialRetryInterval: 1 };

/** Books, after it has said how to undo that. */
export async function book(ctx: DurableContext, log: BookingLog, booking: Booking): Promise<string> {
  const { run, name } = booking;
  if (booking.undo === "by call") {
    currentCompensations().addCall(`undo ${name}`, (context) => context.client(cars).cancel(booking));
  } else {
    currentCompensations().add(`undo ${name}`, () => undo(log, booking), RETRIES);
  }
  await ctx.run(`book ${name}`, () => log.add(run, `book ${name}`));
  await goOn(ctx, log, booking);
  return `booked ${name}`;
}

async function undo(log: BookingLog, { run, name, undo: how }: Booking): Promise<void> {
  const tried = log.of(run).filter((event) => event === `try undo ${name}`).length;
  log.add(run, `try undo ${name}`);
  if (how === "gone") throw new TerminalError("it is gone");
  if (how === "always fails" || (how === "flaky" && tried === 0)) throw new Error("planned failure");
  if (how === "hold") await log.door(run, `undo ${name}`);
  log.add(run, `undo ${name}`);
}

async function goOn(ctx: DurableContext, log: BookingLog, { run, name, next }: Booking): Promise<void> {
  if (next === "terminal") throw new TerminalError(`${name} is sold out`, { errorCode: 418 });
  if (next === "plain") throw new Error(`${name} is a misprint`);
  if (next === "wait") {
    await ctx.run(`wait for ${name}`, async ({ signal }) => {
      log.add(run, `wait for ${name}`);
      await new Promise((resolve) => signal.addEventListener("abort", resolve));
      // It takes its time to end.
      await setTimeout(30);
      log.add(run, `end of ${name}`);
      throw new Error("aborted");
    });
  }
  if (next === "hold") {
    await ctx.run(`hold ${name}`, async ({ signal }) => {
      signal.addEventListener("abort", () => log.add(run, `abort of ${name}`));
      log.add(run, `hold ${name}`);
      await log.door(run, `hold ${name}`);
      log.add(run, `end of ${name}`);
    });
  }
}

/** The turns of a run: the bookings that its model makes in each. */
export interface Trip {
  readonly turns: readonly (readonly Booking[])[];
  readonly stream?: boolean;
}

/** An agent whose model makes the bookings of a trip, which is its input. */
export function travelAgent(log: BookingLog) {
  const tool = durableTool({
    name: "book",
    description: "Books",
    parameters: bookingSchema,
    execute: (booking, ctx) => book(ctx, log, booking),
  });
  const agent = new Agent({ name: "Travel", instructions: "Book.", tools: [tool] });
  const models = scriptedModels((request, results) => {
    const { turns }: Trip = JSON.parse(userText(request));
    const made = turns.filter((_, turn) => turns.slice(0, turn + 1).flat().length <= results).length;
    const next = turns[made];
    return next ? next.map((args) => ({ tool: "book", args })) : "all booked";
  });
  return async (ctx: Context | DurableContext, trip: Trip): Promise<string> => {
    const runner = new DurableRunner(ctx, { modelProvider: models });
    const input = JSON.stringify(trip);
    if (!trip.stream) return String((await runner.run(agent, input)).finalOutput);
    const result = await runner.run(agent, input, { stream: true });
    for await (const _event of result);
    return String(result.finalOutput);
  };
}

/** Books cars, in an invocation of its own that undoes its own bookings. */
export function carService(log: BookingLog) {
  return service({
    name: "Cars",
    handlers: {
      book: (ctx: Context, booking: Booking) =>
        Compensations.protect(ctx, () => book(DurableContext.from(ctx), log, booking)),
      cancel: async (ctx: Context, { run, name, next }: Booking) => {
        const tries = await ctx.run("try", () => {
          log.add(run, `try undo ${name}`);
          return log.of(run).filter((event) => event === `try undo ${name}`).length;
        });
        // Its first try waits until it is cancelled.
        if (next === "hold" && tries === 1) await ctx.sleep({ days: 1 });
        await ctx.run("done", () => log.add(run, `undo ${name}`));
        return "cancelled";
      },
    },
    options: { inactivityTimeout: INACTIVITY_TIMEOUT_MS },
  });
}
