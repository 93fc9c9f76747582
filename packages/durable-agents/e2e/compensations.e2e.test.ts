// Undoes the effects of a failed body: durably, the last first, each once, whatever fails or is cancelled meanwhile.

import { setTimeout } from "node:timers/promises";
import { describeModes, type TestBed } from "@holdfast/testing";
import { type Context, service, TerminalError } from "@restatedev/restate-sdk";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { DurableContext } from "../src/index.ts";
import { CompensationError, Compensations, currentCompensations } from "../src/sagas/index.ts";
import {
  type Booking,
  BookingLog,
  book,
  carService,
  cars,
  INACTIVITY_TIMEOUT_MS,
  type Trip,
  travelAgent,
} from "./booking-service.ts";
import { failure } from "./ingress-failure.ts";

const log = new BookingLog();
const travel = travelAgent(log);

const trips = service({
  name: "Trips",
  handlers: {
    protectedRun: (ctx: Context, trip: Trip) => Compensations.protect(ctx, () => travel(ctx, trip)),
    unprotectedRun: (ctx: Context, trip: Trip) => travel(ctx, trip),
    telling: async (ctx: Context, trip: Trip) => {
      try {
        return await Compensations.protect(ctx, () => travel(ctx, trip));
      } catch (error) {
        if (!(error instanceof CompensationError)) throw error;
        return { code: error.code, cause: error.cause.message, failed: error.failed.map(({ name }) => name) };
      }
    },
    // The first attempt fails with what Restate retries.
    retried: (ctx: Context, booking: Booking) =>
      Compensations.protect(ctx, async () => {
        await book(DurableContext.from(ctx), log, booking);
        if (!log.of(booking.run).includes("failed")) {
          log.add(booking.run, "failed");
          throw new Error("planned failure");
        }
        return "retried";
      }),
    nested: (ctx: Context, { inner, after, outer }: Nested) =>
      Compensations.protect(ctx, async () => {
        await travel(ctx, { turns: [[outer]] });
        await Compensations.protect(ctx, () => travel(ctx, { turns: [[inner]] })).catch((error: unknown) => {
          if (!(error instanceof TerminalError) || error.code !== 418) throw error;
        });
        return travel(ctx, { turns: [[after]] });
      }),
    // One side fails while the other one is at its first booking, and would go on.
    sideBySide: (ctx: Context, { first, second }: Sides) => {
      const durable = DurableContext.from(ctx);
      const side = async () => {
        await book(durable, log, first);
        await durable.run("another one", () => log.add(second.run, `book ${second.name}`));
      };
      const failing = durable.run("sold out", async () => {
        await log.saw(first.run, `hold ${first.name}`);
        log.open(first.run, `hold ${first.name}`);
        throw new TerminalError("sold out", { errorCode: 418 });
      });
      return Compensations.protect(ctx, () => Promise.all([side(), failing]));
    },
    rented: (ctx: Context, first: Booking) => {
      const durable = DurableContext.from(ctx);
      return Compensations.protect(ctx, (compensations) => {
        compensations.addCall(`return ${first.name}`, (context) => context.client(cars).cancel(first));
        return Promise.all([
          durable.client(cars).book(first),
          durable.run("sold out", async () => {
            await log.saw(first.run, `wait for ${first.name}`);
            throw new TerminalError("sold out", { errorCode: 418 });
          }),
        ]);
      });
    },
    onRestatesContext: (ctx: Context, { run }: Booking) =>
      Compensations.protect(ctx, async (compensations) => {
        compensations.add("undo flight", () => log.add(run, "undo flight"));
        await ctx.run("book", () => log.add(run, "book flight"));
        await ctx.sleep({ days: 1 });
      }),
    inStep: (ctx: Context) => {
      const durable = DurableContext.from(ctx);
      return Compensations.protect(ctx, (compensations) =>
        durable.run("step", () => compensations.add("undo", () => {})),
      );
    },
    tooLate: async (ctx: Context) => {
      const compensations = await Compensations.protect(ctx, () => currentCompensations());
      compensations.add("undo", () => {});
    },
  },
  options: { inactivityTimeout: INACTIVITY_TIMEOUT_MS },
});

interface Nested {
  readonly outer: Booking;
  readonly inner: Booking;
  readonly after: Booking;
}

interface Sides {
  readonly first: Booking;
  readonly second: Booking;
}

function bookings(run: string) {
  return (name: string, next: Booking["next"] = "end", undo: Booking["undo"] = "works"): Booking => ({
    run,
    name,
    next,
    undo,
  });
}

/** What was undone, in order, tries that failed left out. */
function undone(run: string): string[] {
  return log.of(run).filter((event) => event.startsWith("undo "));
}

describeModes(
  "compensations",
  (bed) => {
    const runOf = (name: string) => `${name} ${bed().mode}`;

    describe.each([false, true])("of a run, streaming: %s", (stream) => {
      const call = (turns: Trip["turns"]) => bed().call("Trips", "protectedRun", { turns, stream });

      it("run in reverse when a tool fails for good, a flaky one until it works", async () => {
        const run = runOf(`reverse ${stream}`);
        const a = bookings(run);
        const turns = [[a("flight")], [a("hotel", "end", "flaky")], [a("car", "terminal")]];
        expect(await failure(call(turns))).toMatchObject({
          status: 418,
          body: expect.stringContaining("car is sold out"),
        });
        expect(log.of(run)).toEqual([
          "book flight",
          "book hotel",
          "book car",
          "try undo car",
          "undo car",
          "try undo hotel",
          "try undo hotel",
          "undo hotel",
          "try undo flight",
          "undo flight",
        ]);
      });

      it("run in reverse for calls of one turn, after all of them have ended", async () => {
        const run = runOf(`parallel ${stream}`);
        const a = bookings(run);
        const failed = failure(call([[a("flight", "hold"), a("hotel", "terminal"), a("car")]]));
        await Promise.all(["hold flight", "book hotel", "book car"].map((event) => log.saw(run, event)));
        log.open(run, "hold flight");
        expect(await failed).toMatchObject({ status: 418 });
        expect(undone(run)).toEqual(["undo car", "undo hotel", "undo flight"]);
        expect(log.of(run).indexOf("end of flight")).toBeLessThan(log.of(run).indexOf("try undo car"));
      });

      it("do not run on success, nor when the model got the error", async () => {
        const run = runOf(`success ${stream}`);
        const a = bookings(run);
        expect(await call([[a("flight"), a("hotel", "plain")], [a("car")]])).toBe("all booked");
        expect(log.of(run).toSorted()).toEqual(["book car", "book flight", "book hotel"]);
      });

      it("run when the invocation is cancelled, after its steps have ended", async () => {
        const run = runOf(`cancelled ${stream}`);
        const a = bookings(run);
        const turns = [[a("flight")], [a("hotel", "wait"), a("car")]];
        const id = await bed().send("Trips", "protectedRun", { turns, stream });
        await Promise.all([log.saw(run, "wait for hotel"), log.saw(run, "book car")]);
        await bed().cancel(id);
        expect(await failure(bed().attach(id))).toMatchObject({ status: 409 });
        expect(log.of(run).slice(4)).toEqual([
          "end of hotel",
          ...["try undo car", "undo car", "try undo hotel", "undo hotel", "try undo flight", "undo flight"],
        ]);
      });
    });

    it("wait for a cancelled step that does not listen", async () => {
      const run = runOf("deaf");
      const id = await bed().send("Trips", "protectedRun", { turns: [[bookings(run)("flight", "hold")]] });
      await log.saw(run, "hold flight");
      await bed().cancel(id);
      await log.saw(run, "abort of flight");
      log.open(run, "hold flight");
      await failure(bed().attach(id));
      expect(log.of(run).slice(2)).toEqual([
        "abort of flight",
        "end of flight",
        "try undo flight",
        "undo flight",
      ]);
    });

    it("go on when one fails, and the error tells which ones did", async () => {
      const run = runOf("failing");
      const a = bookings(run);
      const turns = [
        [a("flight")],
        [a("hotel", "end", "gone"), a("seat", "end", "always fails")],
        [a("car", "terminal")],
      ];
      expect(await failure(bed().call("Trips", "protectedRun", { turns }))).toMatchObject({
        status: 418,
        body: expect.stringMatching(/car is sold out.*undo them by hand: .*undo seat.*undo hotel/),
      });
      expect(undone(run)).toEqual(["undo car", "undo flight"]);
      const tries = log.of(run).filter((event) => event.startsWith("try "));
      expect(tries).toEqual(
        ["car", "seat", "seat", "seat", "hotel", "flight"].map((name) => `try undo ${name}`),
      );
    });

    it("give the handler the failed ones and what they failed after", async () => {
      const a = bookings(runOf("telling"));
      const turns = [[a("hotel", "end", "gone")], [a("car", "terminal", "gone")]];
      expect(await bed().call("Trips", "telling", { turns })).toEqual({
        code: 418,
        cause: "car is sold out",
        failed: ["undo car", "undo hotel"],
      });
    });

    it("do not run when Restate retries the body", async () => {
      const run = runOf("retried");
      expect(await bed().call("Trips", "retried", bookings(run)("flight"))).toBe("retried");
      expect(log.of(run)).toEqual(["book flight", "failed"]);
    });

    it.each(["hold", "by call"] as const)(
      "all run when it is cancelled again while one runs: %s",
      async (undo) => {
        const run = runOf(`again ${undo}`);
        const a = bookings(run);
        const turns = [
          [a("flight")],
          [a("hotel", undo === "by call" ? "hold" : "end", undo)],
          [a("car", "wait")],
        ];
        if (undo === "by call") log.open(run, "hold hotel");
        const id = await bed().send("Trips", "protectedRun", { turns });
        await log.saw(run, "wait for car");
        await bed().cancel(id);
        await log.saw(run, "try undo hotel");
        await bed().cancel(id);
        await cancellations(bed(), id, 2);
        log.open(run, "undo hotel");
        expect(await failure(bed().attach(id))).toMatchObject({ status: 409 });
        expect(undone(run)).toEqual(["undo car", "undo hotel", "undo flight"]);
      },
    );

    it("undo an inner body once: when it failed, or when the outer one failed after it", async () => {
      for (const then of ["end", "terminal"] as const) {
        const run = runOf(`nested ${then}`);
        const a = bookings(run);
        const input = { outer: a("flight"), inner: a("hotel", then), after: a("car", "terminal") };
        expect(await failure(bed().call("Trips", "nested", input))).toMatchObject({ status: 418 });
        expect(undone(run)).toEqual(
          then === "end"
            ? ["undo car", "undo hotel", "undo flight"]
            : ["undo hotel", "undo car", "undo flight"],
        );
      }
    });

    it("name what an inner body could not undo when the outer one fails", async () => {
      const a = bookings(runOf("nested failing"));
      const input = {
        outer: a("flight"),
        inner: a("hotel", "terminal", "gone"),
        after: a("car", "terminal"),
      };
      const { body } = await failure(bed().call("Trips", "nested", input));
      expect(body).toMatch(/car is sold out.*by hand: .*undo hotel/);
    });

    it("begin when what ran beside the error has ended, and let nothing else begin", async () => {
      const run = runOf("beside");
      const a = bookings(run);
      const input = { first: a("flight", "hold"), second: a("hotel") };
      expect(await failure(bed().call("Trips", "sideBySide", input))).toMatchObject({ status: 418 });
      expect(log.of(run)).toEqual([
        "book flight",
        "hold flight",
        "end of flight",
        ...["try undo flight", "undo flight"],
      ]);
    });

    it("undo what a handler did on Restate's own context", async () => {
      const run = runOf("own context");
      const id = await bed().send("Trips", "onRestatesContext", bookings(run)("flight"));
      await log.saw(run, "book flight");
      await bed().cancel(id);
      expect(await failure(bed().attach(id))).toMatchObject({ status: 409 });
      expect(log.of(run)).toEqual(["book flight", "undo flight"]);
    });

    it("cancel a remote call beside the error, and begin when it has undone its own", async () => {
      const run = runOf("remote");
      const a = bookings(run);
      expect(await failure(bed().call("Trips", "rented", a("car", "wait")))).toMatchObject({ status: 418 });
      expect(log.of(run)).toEqual([
        "book car",
        "wait for car",
        "end of car",
        ...["try undo car", "undo car"],
        ...["try undo car", "undo car"],
      ]);
    });

    it("are refused, before the effect, where nothing would run them", async () => {
      const run = runOf("unprotected");
      const turns = [[bookings(run)("flight")]];
      expect(await failure(bed().call("Trips", "unprotectedRun", { turns }))).toMatchObject({
        status: 500,
        body: expect.stringContaining("within Compensations.protect"),
      });
      expect(log.of(run)).toEqual([]);
    });

    it.each([
      ["inStep", /was started from inside a durable step/],
      ["tooLate", /added after its protected body had ended/],
    ])("are refused where they would be lost: %s", async (handler, message) => {
      const { body } = await failure(bed().call("Trips", handler));
      expect(body).toMatch(message);
    });
  },
  { services: () => [trips, carService(log)] },
);

/** Waits until Restate has stored so many cancellations of the invocation; it has no event for it. */
async function cancellations({ server }: TestBed, id: string, count: number): Promise<void> {
  const sql = `SELECT entry_type FROM sys_journal WHERE id = '${id}' AND entry_type = 'Notification: Signal'`;
  for (;;) {
    const rows = await server.query(sql, z.object({ entry_type: z.string() }));
    if (rows.length >= count) return;
    console.log(
      await server.query(
        `SELECT entry_type FROM sys_journal WHERE id = '${id}'`,
        z.object({ entry_type: z.string() }),
      ),
    );
    await setTimeout(5);
  }
}
