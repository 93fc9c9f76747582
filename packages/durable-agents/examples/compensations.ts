import { DurableRunner, durableTool } from "@holdfast/durable-agents";
import { Compensations, currentCompensations } from "@holdfast/durable-agents/sagas";
import { Agent } from "@openai/agents-core";
import * as restate from "@restatedev/restate-sdk";
import { z } from "zod";

// Stands for the booking APIs; each booking and its cancellation carry the same id.
const api = async (what: string, id: string) => {
  console.log(what);
  return { id, what };
};

const bookGarage = durableTool({
  name: "book_garage",
  description: "Books a garage for the repair.",
  parameters: z.object({ date: z.iso.date() }),
  execute: ({ date }, ctx) => {
    const id = ctx.rand.uuidv4();
    // Registered first: a crash right after the booking must not leave it behind.
    currentCompensations().add("cancel garage", () => api("garage cancelled", id));
    return ctx.run("book garage", () => api(`garage booked for ${date}`, id));
  },
});

const rentCar = durableTool({
  name: "rent_car",
  description: "Rents a car for the time of the repair.",
  parameters: z.object({ days: z.number() }),
  execute: ({ days }, ctx) => {
    const id = ctx.rand.uuidv4();
    currentCompensations().add("cancel car", () => api("car cancelled", id));
    return ctx.run("rent car", async () => {
      if (days > 14) throw new restate.TerminalError("No car is free for so long.", { errorCode: 409 });
      return api("car rented", id);
    });
  },
});

const planner = new Agent({
  name: "Repair planner",
  instructions: "You plan car repairs. Book a garage and rent a car.",
  model: "gpt-5-mini",
  tools: [bookGarage, rentCar],
});

const repairs = restate.service({
  name: "Repairs",
  handlers: {
    plan: (ctx: restate.Context, repair: { date: string; days: number }) =>
      Compensations.protect(ctx, async () => {
        const result = await new DurableRunner(ctx).run(planner, JSON.stringify(repair));
        return result.finalOutput;
      }),
  },
});

restate.serve({ services: [repairs] }); // at port 9080, or PORT
