// Stands for the booking systems of a hotel, an airline and a car rental. Called inside of durable steps; each booking
// carries an id that its caller made, as a crash may repeat a call.

import { TerminalError } from "@restatedev/restate-sdk";

export type Booked = "hotel" | "flight" | "car";

export interface TravelAgencies {
  /** @throws TerminalError when there is none to be had */
  readonly book: (what: Booked, id: string, destination: string) => void;
  /** Also when it was never booked. */
  readonly cancel: (what: Booked, id: string) => void;
}

export interface TravelAgenciesOptions {
  /** The cities, in lower case, to which no flight has a seat. */
  readonly fullCities: readonly string[];
  readonly log: (call: {
    readonly booked?: Booked;
    readonly cancelled?: Booked;
    readonly id: string;
  }) => void;
}

export function travelAgencies({ fullCities, log }: TravelAgenciesOptions): TravelAgencies {
  return {
    book: (what, id, destination) => {
      if (what === "flight" && fullCities.includes(destination.trim().toLowerCase())) {
        throw new TerminalError("No flight to this destination has a seat left.", { errorCode: 409 });
      }
      log({ booked: what, id });
    },
    cancel: (what, id) => log({ cancelled: what, id }),
  };
}
