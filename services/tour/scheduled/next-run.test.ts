import { expect, it } from "vitest";
import { nextRun } from "./next-run.ts";

const every = (interval_seconds: number) => ({ message: "go", interval_seconds });
const at = (iso: string) => Date.parse(iso);

it.each([
  ["on time", 10_000, 10_000, 15_000],
  ["late, on the grid all the same", 10_000, 12_345, 15_000],
  ["too late for some, which are left out", 10_000, 31_000, 35_000],
  ["just at the next one's time", 10_000, 15_000, 20_000],
])("an interval of 5 s, %s", (_name, last, now, next) => {
  expect(nextRun(every(5), last, now)).toBe(next);
});

it.each([
  ["0 9 * * 1-5", "2026-11-27T09:00:00Z", "2026-11-30T09:00:00Z"],
  ["*/15 * * * *", "2026-11-24T12:01:00Z", "2026-11-24T12:15:00Z"],
])("cron %s after %s, in UTC", (cron, now, next) => {
  expect(nextRun({ message: "go", cron }, 0, at(now))).toBe(at(next));
});
