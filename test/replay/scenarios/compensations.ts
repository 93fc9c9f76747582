// A trip whose last booking fails for good: what was booked is undone, in reverse, by a step and by a call.

import { DurableContext, DurableRunner, durableTool } from "@holdfast/durable-agents";
import { Compensations, currentCompensations } from "@holdfast/durable-agents/sagas";
import { Agent } from "@openai/agents-core";
import { type Context, iface, service, TerminalError } from "@restatedev/restate-sdk";
import { z } from "zod";
import type { Scenario } from "../scenario.ts";
import { scriptedModels } from "../scripted-models.ts";

const cars = iface.service("Cars", { cancel: iface.json<{ id: string }, string>() });

export function scenario(): Scenario {
  const parameters = z.object({});
  const bookHotel = durableTool({
    name: "book_hotel",
    description: "Books a hotel",
    parameters,
    execute: (_input, ctx) => {
      currentCompensations().add("cancel hotel", () => "cancelled");
      return ctx.run("book hotel", () => "booked");
    },
  });
  const bookCar = durableTool({
    name: "book_car",
    description: "Books a car",
    parameters,
    execute: (_input, ctx) => {
      const id = ctx.rand.uuidv4();
      currentCompensations().addCall("cancel car", (undo) => undo.client(cars).cancel({ id }));
      return ctx.run("book car", () => "booked");
    },
  });
  const bookFlight = durableTool({
    name: "book_flight",
    description: "Books a flight",
    parameters,
    execute: (_input, ctx) => {
      currentCompensations().add("cancel flight", () => "there was none");
      return ctx.run("book flight", () => {
        throw new TerminalError("No seat is left.");
      });
    },
  });
  const agent = new Agent({
    name: "Planner",
    instructions: "Book it.",
    model: "a-model",
    tools: [bookHotel, bookCar, bookFlight],
  });
  const models = scriptedModels((_request, results) => [
    { tool: ["book_hotel", "book_car"][results] ?? "book_flight", args: {} },
  ]);
  const trips = service({
    name: "Trips",
    handlers: {
      book: (ctx: Context, input: string) =>
        Compensations.protect(
          ctx,
          async () => (await new DurableRunner(ctx, { modelProvider: models }).run(agent, input)).finalOutput,
        ),
    },
  });
  const carService = service({
    name: "Cars",
    handlers: {
      cancel: (ctx: Context, { id }: { id: string }) =>
        DurableContext.from(ctx).run("cancel", () => `cancelled ${id.length} characters`),
    },
  });
  return {
    services: [trips, carService],
    drive: async (restate) => {
      await restate.call("Trips", "book", "A trip.").then(
        () => Promise.reject(new Error("it was booked")),
        () => {},
      );
    },
  };
}
