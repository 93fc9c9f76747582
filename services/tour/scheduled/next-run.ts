// Computes the next run of a schedule.

import { Cron } from "croner";
import type { ScheduleRequest } from "../contracts.ts";

/**
 * The first time after `now` on the schedule's own grid, so that a run that was late makes none of the others late, and
 * those that were missed are not caught up with. In milliseconds since 1970.
 *
 * @param last when it was to run last, or when it was started
 */
export function nextRun({ interval_seconds, cron }: ScheduleRequest, last: number, now: number): number {
  if (interval_seconds === undefined) {
    const next = new Cron(cron ?? "", { paused: true, timezone: "UTC" }).nextRun(new Date(now));
    return next?.getTime() ?? Number.POSITIVE_INFINITY;
  }
  const interval = interval_seconds * 1_000;
  return last + interval * Math.max(1, Math.floor((now - last) / interval) + 1);
}
