// The contracts of the tour's agents that are not about claims.

import { jsonSerde, nothing, stored } from "@holdfast/contracts";
import { iface } from "@restatedev/restate-sdk";
import { Cron } from "croner";
import { z } from "zod";

const text = z.string().trim().min(1, "must not be empty").max(20_000);
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
    input: jsonSerde(stored(messageSchema)),
    output: textOut,
    description: "Internal: books the trip, or returns the one that was booked",
  }),
  forget: iface.serdes({ input: nothing, output: nothing, description: "Frees the id" }),
});

const question = jsonSerde(messageSchema, { message: "What is durable execution?" });
const answering = <P extends string>(name: P, description: string) =>
  iface.service(name, { run: iface.serdes({ input: question, output: textOut, description }) });

export const racingAgentContract = answering("RacingAgent", "Asks two agents, and takes the first answer");
export const quickAgentContract = answering("QuickAgent", "Answers at once");
export const thoroughAgentContract = answering("ThoroughAgent", "Drafts an answer, and revises it");

/** A question whose answer takes its time. Key: the question's id. */
export const notifyWhenReadyContract = iface.workflow("NotifyWhenReadyAgent", {
  run: iface.serdes({ input: question, output: textOut, description: "Answers the question" }),
  on_notify: iface.shared.serdes({
    input: nothing,
    output: textOut,
    description: "Waits until the answer is there",
  }),
});

const scheduleSchema = z
  .strictObject({
    message: text,
    interval_seconds: z
      .number("must be a number")
      .min(0.1, "must be at least 0.1")
      .max(31_536_000)
      .optional(),
    cron: z
      .string("must be a text")
      .max(100)
      .refine(isCron, "must be a cron expression, such as 0 9 * * 1-5")
      .describe("In UTC")
      .optional(),
  })
  .refine(
    ({ interval_seconds, cron }) => (interval_seconds === undefined) !== (cron === undefined),
    "give interval_seconds or cron, one of them",
  );
export type ScheduleRequest = z.output<typeof scheduleSchema>;

const statusSchema = z.strictObject({
  running: z.boolean(),
  runs: z.int().describe("How often it has run since it was started"),
  next_run: z.iso.datetime().optional(),
  last_answer: z.string().optional(),
  last_error: z.string().optional(),
});
export type ScheduleStatus = z.output<typeof statusSchema>;

/** An agent that runs itself again and again. Key: the schedule's name. */
export const scheduledAgentContract = iface.object("ScheduledAgent", {
  start: iface.serdes({
    input: jsonSerde(scheduleSchema, { message: "What is new?", interval_seconds: 60 }),
    output: jsonSerde(stored(statusSchema)),
    description: "Starts it, in place of what was started before",
  }),
  stop: iface.serdes({ input: nothing, output: jsonSerde(stored(statusSchema)), description: "Ends it" }),
  status: iface.shared.serdes({ input: nothing, output: jsonSerde(stored(statusSchema)) }),
  tick: iface.serdes({
    input: jsonSerde(stored(z.strictObject({ schedule: z.string() }))),
    output: nothing,
    description: "Internal: one run, when its time has come",
  }),
});

/** An agent that works on a task until it gets another message. Key: the task's id. */
export const codingAgentContract = iface.object("CodingAgent", {
  message: iface.shared.serdes({
    input: jsonSerde(messageSchema, { message: "Write a function that checks a policy number." }),
    output: textOut,
    description: "Works on it; what it was working on is cancelled",
  }),
  work: iface.serdes({
    input: jsonSerde(stored(messageSchema)),
    output: textOut,
    description: "Internal: the work on one message",
  }),
});

export const researchAgentContract = iface.service("ResearchAgent", {
  run: iface.serdes({ input: question, output: textOut, description: "Answers, and publishes its progress" }),
});

const failing = (description: string) => iface.serdes({ input: question, output: textOut, description });

/** An agent whose tool fails, and what may become of that. */
export const errorHandlingAgentContract = iface.service("ErrorHandlingAgent", {
  tell_model: failing("The model gets the error, and answers without the tool"),
  end_run: failing("A terminal error ends the run"),
  catch_terminal: failing("A terminal error is caught, and answered by a fixed text"),
  give_up: failing("A retry policy ends an invocation that cannot succeed"),
});

export const chainedAgentsContract = answering(
  "ChainedAgents",
  "Outline, draft, polish: one after the other",
);
export const parallelAgentsContract = answering("ParallelAgents", "Three agents read a text side by side");
export const orchestratorWorkersContract = answering(
  "OrchestratorWorkers",
  "Plans the work, shares it out, and puts the results together",
);
export const evaluatorOptimizerContract = answering(
  "EvaluatorOptimizer",
  "Writes, has it evaluated, and writes again",
);

function isCron(expression: string): boolean {
  try {
    return new Cron(expression, { paused: true }).nextRun() !== null;
  } catch {
    return false;
  }
}
