import { expect, test } from "vitest";
import { findAmount, findDate, findPlace, mentions, onePlaceEach, toNumber } from "./prose.ts";

test.each([
  ["a bill of 3000USD for 2 nights", 3000],
  ["pay 2 bills of $1,234.50", 1234.5],
  ["€ 99", 99],
  ["a bill of 250.", 250],
  ["on 2024-03-01 it was 75", 75],
  ["ticket A-12 of 2024-01-01", undefined],
  ["nothing", undefined],
])("amount in %s: %s", (text, amount) => {
  expect(findAmount(text)).toBe(amount);
});

test("dates, places and words", () => {
  expect(findDate("on 2024-02-29, paid")).toBe("2024-02-29");
  expect(findDate("2024-13-01")).toBeUndefined();
  expect(findPlace("What is the weather in San Francisco?", "city")).toBe("San Francisco");
  expect(findPlace("in San Francisco", "name")).toBeUndefined();
  expect(mentions("Please call human_approval!", "human approval")).toBe(true);
  expect(mentions("inhuman approval", "human approval")).toBe(false);
});

test.each([
  [
    "the weather in New York and San Francisco?",
    ["the weather in New York?", "the weather in San Francisco?"],
  ],
  ["in Oslo, Rome, and Bonn", ["in Oslo", "in Rome", "in Bonn"]],
  ["a trip to San Francisco from March 15", ["a trip to San Francisco from March 15"]],
  ["in Paris, Anna said", ["in Paris, Anna said"]],
  ["nowhere", ["nowhere"]],
])("one place each of %s", (text, texts) => {
  expect(onePlaceEach(text)).toEqual(texts);
});

test.each([
  ["3000", 3000],
  ["$3,000.5", 3000.5],
  ["-5", -5],
  ["3000 USD", 3000],
  ["12%", 12],
  ["12 apples", undefined],
  [true, undefined],
  [7, 7],
])("number of %s: %s", (value, expected) => {
  expect(toNumber(value)).toBe(expected);
});
