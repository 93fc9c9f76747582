// BookingWithRollbackAgent on Restate: a saga. What was booked is cancelled, the last one first, when the rest fails.

import { createHash } from "node:crypto";
import { DurableContext, DurableRunner } from "@holdfast/durable-agents";
import { Compensations } from "@holdfast/durable-agents/sagas";
import type { AgentModels } from "@holdfast/service-kit/models";
import { implement, TerminalError } from "@restatedev/restate-sdk";
import { bookingAgentContract, bookingContract } from "../contracts.ts";
import { bookingAgent } from "./agent.ts";
import type { TravelAgencies } from "./travel-agencies.ts";

/** What an id was used for. */
interface BookedTrip {
  /** A hash of the message, which tells another trip from the same. */
  readonly trip: string;
  readonly answer: string;
}

const BOOKED = "booked";

export const bookingAgentService = implement(bookingAgentContract, {
  handlers: {
    book: (ctx, { booking_id, message }) =>
      DurableContext.from(ctx).client(bookingContract, booking_id).book({ message }),
  },
});

export function bookingService(agencies: TravelAgencies, models: AgentModels) {
  const agent = bookingAgent(agencies, models.model);
  return implement(bookingContract, {
    handlers: {
      book: async (restate, { message }) => {
        const ctx = DurableContext.from(restate);
        const trip = createHash("sha256").update(message).digest("hex");
        const before = await ctx.get<BookedTrip>(BOOKED);
        if (before?.trip === trip) return before.answer;
        if (before) {
          throw new TerminalError("booking_id: was used for another trip; choose another one", {
            errorCode: 409,
          });
        }
        const answer = await Compensations.protect(
          ctx,
          async () => (await new DurableRunner(ctx, models).run(agent, message)).finalOutput ?? "",
        );
        ctx.set<BookedTrip>(BOOKED, { trip, answer });
        return answer;
      },
      forget: async (restate) => DurableContext.from(restate).clear(BOOKED),
    },
    options: { handlers: { book: { ingressPrivate: true } } },
  });
}
