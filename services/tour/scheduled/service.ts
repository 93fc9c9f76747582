// ScheduledAgent on Restate: each run sends the next one to itself, for its time, before it begins. So the schedule goes on
// through restarts and failed runs, and an object's key lets no two runs be at once.

import { DurableContext, type DurableObjectContext, DurableRunner } from "@holdfast/durable-agents";
import type { AgentModels } from "@holdfast/service-kit/models";
import { Agent } from "@openai/agents-core";
import {
  CancelledError,
  implement,
  type ObjectSharedContext,
  rpc,
  TerminalError,
} from "@restatedev/restate-sdk";
import { type ScheduleRequest, type ScheduleStatus, scheduledAgentContract } from "../contracts.ts";
import { nextRun } from "./next-run.ts";

interface Schedule {
  /** Of one `start`: ticks of an earlier one find another id here, and end. */
  readonly id: string;
  readonly request: ScheduleRequest;
  /** In milliseconds since 1970. */
  readonly nextRun: number;
  readonly runs: number;
  readonly lastAnswer?: string;
  readonly lastError?: string;
}

const SCHEDULE = "schedule";

export function scheduledService(models: AgentModels) {
  const agent = new Agent({
    name: "ScheduledAgent",
    model: models.model,
    instructions: "You report, again and again.",
  });
  return implement(scheduledAgentContract, {
    handlers: {
      start: async (restate, request) => {
        const ctx = DurableContext.from(restate);
        const now = await ctx.date.now();
        const schedule = { id: ctx.rand.uuidv4(), request, nextRun: nextRun(request, now, now), runs: 0 };
        keep(ctx, schedule, now);
        return statusOf(schedule);
      },

      tick: async (restate, { schedule: id }) => {
        const ctx = DurableContext.from(restate);
        const due = await ctx.get<Schedule>(SCHEDULE);
        if (due?.id !== id) return;
        const now = await ctx.date.now();
        const { lastError: _last, ...before } = due;
        const next = { ...before, nextRun: nextRun(due.request, due.nextRun, now), runs: due.runs + 1 };
        keep(ctx, next, now);
        try {
          const { finalOutput } = await new DurableRunner(ctx, models).run(agent, due.request.message);
          ctx.set<Schedule>(SCHEDULE, { ...next, lastAnswer: finalOutput ?? "" });
        } catch (error) {
          if (!(error instanceof TerminalError) || error instanceof CancelledError) throw error;
          ctx.set<Schedule>(SCHEDULE, { ...next, lastError: error.message });
        }
      },

      stop: async (restate) => {
        const ctx = DurableContext.from(restate);
        const schedule = await ctx.get<Schedule>(SCHEDULE);
        ctx.clear(SCHEDULE);
        return { ...statusOf(schedule), running: false };
      },

      status: async (ctx: ObjectSharedContext) => statusOf(await ctx.get<Schedule>(SCHEDULE)),
    },
    options: { handlers: { tick: { ingressPrivate: true } } },
  });
}

/** Stores the schedule and sends its next run. */
function keep(ctx: DurableObjectContext, schedule: Schedule, now: number): void {
  ctx.set<Schedule>(SCHEDULE, schedule);
  const delay = Math.max(0, schedule.nextRun - now);
  ctx.sendClient(scheduledAgentContract, ctx.key).tick({ schedule: schedule.id }, rpc.sendOpts({ delay }));
}

function statusOf(schedule: Schedule | null): ScheduleStatus {
  if (!schedule) return { running: false, runs: 0 };
  const { nextRun, runs, lastAnswer, lastError } = schedule;
  return {
    running: true,
    runs,
    next_run: new Date(nextRun).toISOString(),
    ...(lastAnswer !== undefined && { last_answer: lastAnswer }),
    ...(lastError !== undefined && { last_error: lastError }),
  };
}
