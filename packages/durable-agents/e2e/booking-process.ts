// Bookings in a process of their own, which a test can kill. What happens is a line, since the two share no memory.
// Steps that hold do so as long as the file `HOLD` is there when they begin.

import { existsSync } from "node:fs";
import { createServer } from "node:http2";
import { type Context, createEndpointHandler, service } from "@restatedev/restate-sdk";
import { Compensations } from "../src/sagas/index.ts";
import { BookingLog, type Trip, travelAgent } from "./booking-service.ts";

class PrintingLog extends BookingLog {
  override add(run: string, event: string): void {
    super.add(run, event);
    console.log(`event ${event}`);
  }

  override door(): Promise<void> {
    return existsSync(process.env.HOLD ?? "") ? new Promise(() => {}) : Promise.resolve();
  }
}

const travel = travelAgent(new PrintingLog());
const trips = service({
  name: "Trips",
  handlers: { run: (ctx: Context, trip: Trip) => Compensations.protect(ctx, () => travel(ctx, trip)) },
});

const server = createServer(createEndpointHandler({ services: [trips], logger: () => {} }));
server.listen(Number(process.env.PORT), "127.0.0.1", () =>
  console.log(`listening url=http://127.0.0.1:${process.env.PORT}`),
);
process.once("SIGTERM", () => process.exit(0));
