// The booking agent: each of its tools says how to undo what it is about to book.

import { durableTool } from "@holdfast/durable-agents";
import { currentCompensations } from "@holdfast/durable-agents/sagas";
import { Agent } from "@openai/agents-core";
import { z } from "zod";
import type { Booked, TravelAgencies } from "./travel-agencies.ts";

const destination = z.string().describe("The city of the trip");
const dates = z.string().describe("From when until when");

const parametersOf = {
  hotel: z.object({ destination, dates, guests: z.int().min(1) }),
  flight: z.object({ origin: z.string(), destination, dates }),
  car: z.object({ destination, dates }),
} as const;

export function bookingAgent(agencies: TravelAgencies, model: string) {
  const booking = (what: Booked) =>
    durableTool({
      name: `book_${what}`,
      description: `Book a ${what}.`,
      parameters: parametersOf[what],
      execute: async (trip, ctx) => {
        const id = ctx.rand.uuidv4();
        currentCompensations().add(`cancel ${what}`, () => agencies.cancel(what, id));
        await ctx.run(`book ${what}`, () => agencies.book(what, id, trip.destination));
        return { [what]: "booked" };
      },
    });
  return new Agent({
    name: "BookingWithRollbackAgent",
    model,
    instructions:
      "Book a complete travel package with your tools: first the hotel, then the flight, then the car. Summarise what was booked.",
    // One after the other: no car where there is no flight.
    modelSettings: { parallelToolCalls: false },
    tools: [booking("hotel"), booking("flight"), booking("car")],
  });
}
