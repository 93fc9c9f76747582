import { TerminalError } from "@restatedev/restate-sdk";
import { expect, it } from "vitest";
import { CompensationError } from "./compensation-error.ts";
import { currentCompensations } from "./compensations.ts";

it("has the code and the message of what the body failed with, and names what is left to undo", () => {
  const cause = new TerminalError("No seat is left.", { errorCode: 409, metadata: { flight: "OS 87" } });
  const failed = [
    { name: "cancel car", error: new Error("C-17 is unknown") },
    { name: "cancel hotel", error: new Error("closed") },
  ];
  const error = new CompensationError(cause, failed);
  expect(error).toBeInstanceOf(TerminalError);
  expect(error).toMatchObject({ code: 409, cause, failed, metadata: { flight: "OS 87" } });
  expect(error.message).toBe(
    'No seat is left. (and then these compensations failed, undo them by hand: "cancel car", "cancel hotel")',
  );
});

it("tells code outside of a protected body what is missing", () => {
  expect(() => currentCompensations()).toThrow(/Compensations\.protect/);
});
