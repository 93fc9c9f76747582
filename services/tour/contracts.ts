// The contracts of the tour's agents that are not about claims.

import { jsonSerde, nothing } from "@holdfast/contracts";
import { iface } from "@restatedev/restate-sdk";
import { z } from "zod";

const text = z.string("must be a text").trim().min(1, "must not be empty").max(20_000);
const textOut = jsonSerde(z.string());
const messageSchema = z.strictObject({ message: text });

export const weatherAgentContract = iface.service("WeatherAgent", {
  run: iface.serdes({
    input: jsonSerde(messageSchema, { message: "What is the weather like in San Francisco?" }),
    output: textOut,
    description: "Tells the weather",
  }),
});

export const manualLoopAgentContract = iface.service("ManualLoopAgent", {
  run: iface.serdes({
    input: jsonSerde(messageSchema, { message: "What is the weather like in New York and San Francisco?" }),
    output: textOut,
    description: "Tells the weather, by a loop that is written by hand",
  }),
});

const tripSchema = z.strictObject({
  booking_id: z.string("must be a text").min(1, "must not be empty").max(100),
  message: text,
});

export const bookingAgentContract = iface.service("BookingWithRollbackAgent", {
  book: iface.serdes({
    input: jsonSerde(tripSchema, {
      booking_id: "booking_123",
      message:
        "I need to book a business trip to San Francisco from March 15-17. Flying from JFK, need a hotel downtown for 1 guest.",
    }),
    output: textOut,
    description: "Books a trip, or nothing of it",
  }),
});

/** One booking. Key: its id, so that it is booked once, whoever asks for it how often. */
export const bookingContract = iface.object("Booking", {
  book: iface.serdes({
    input: jsonSerde(messageSchema),
    output: textOut,
    description: "Internal: books the trip, or tells of the one that was booked",
  }),
  forget: iface.serdes({ input: nothing, output: nothing, description: "Frees the id" }),
});
