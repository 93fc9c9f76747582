// Brings invocations of every service of the product into every state in which they wait, and some to their ends.

import { setTimeout } from "node:timers/promises";
import { sampleClaim } from "@holdfast/contracts";
import type { SimulatedRequest } from "@holdfast/simulator";
import { z } from "zod";
import { answerPublicly, decide, type ReviewsAsked } from "../../e2e/support/reviews.ts";
import type { System } from "../../e2e/system.ts";

const POLL_INTERVAL_MS = 50;
const QUIET_POLLS = 60;
const LONGEST_POLL_MS = 60_000;
const BILL = { message: "Process my hospital bill of 3000USD for a broken leg." };
const QUESTION = { message: "What is durable execution?" };
const bigClaim = {
  ...sampleClaim,
  amount: 8000,
  claimant: "Jane Roe",
  policyNumber: "PLC-2024-0042",
};

const countRow = z.object({ n: z.number() });

// Words in a request by which its model calls get no reply: any of them, those after a tool's result, the decision.
const AT_ONCE = "HELD";
const MIDWAY = "MIDWAY";
const AT_DECISION = "DECIDING";

// Agents that read no request of a caller, by their instructions; held once their turn has come.
const SECOND_AGENTS = [
  "Write a text from the outline.",
  "Make one answer of these results.",
  "Tell whether the answer is good",
  "List the key points of the text.",
  "Revise the draft.",
];

function isHeld(
  { instructions, items, tools, outputSchema }: SimulatedRequest,
  secondAgents: boolean,
): boolean {
  const text = JSON.stringify(items);
  const hasResult = items.some(({ type }) => type === "tool_result");
  return (
    text.includes(AT_ONCE) ||
    (text.includes(MIDWAY) && hasResult) ||
    (text.includes(AT_DECISION) && tools.length === 0 && outputSchema !== undefined) ||
    (secondAgents && SECOND_AGENTS.some((start) => instructions.startsWith(start)))
  );
}

export async function drive(system: System, reviews: ReviewsAsked): Promise<void> {
  const { simulator, call, send, attach, server } = system;
  const never = new Promise<undefined>(() => {});
  let holdSecondAgents = false;
  simulator.script((request) => (isHeld(request, holdSecondAgents) ? never : undefined));
  const until = async (from: string, n = 1) => {
    const sql = `SELECT count(*) AS n FROM ${from}`;
    while (((await server.query(sql, countRow))[0]?.n ?? 0) < n) await setTimeout(POLL_INTERVAL_MS);
  };
  const submit = (key: string, claim: object = bigClaim) => send("Claim", "submit", claim, { key });

  // Claims that end: by rules, by the plan, by a person, by the claimant, by a failure.
  await call("Claim", "submit", sampleClaim, { key: "approved" });
  await call("Claim", "submit", { ...sampleClaim, category: "cosmetic" }, { key: "denied" });
  const reviewed = await submit("reviewed");
  const asked = await reviews.awakeable("reviewed");
  await answerPublicly(system, asked, '"maybe"');
  await reviews.awakeable("reviewed", 2);
  await decide(system, "reviewed", {
    outcome: "approve",
    amount: 7000,
    note: "bill checked",
    reviewer: "r.diaz",
  });
  await attach(reviewed);
  const withdrawn = await submit("withdrawn");
  await reviews.awakeable("withdrawn");
  await call("Claim", "withdraw", undefined, { key: "withdrawn" });
  await attach(withdrawn);
  simulator.inject({ kind: "status", status: 401, times: 1 });
  await call("Claim", "submit", sampleClaim, { key: "failed" });
  await call("Claim", "get", undefined, { key: "approved" });
  await call("ClaimTimeline", "events", { after: 0 }, { key: "approved" });

  // A review that is overdue.
  await system.agent("approval").restart({ REVIEW_SLA_MS: "300", APPROVAL_TIMEOUT: "300" });
  await submit("overdue");
  await reviews.awakeable("overdue", 2);
  await call("HumanClaimApprovalWithTimeoutsAgent", "run", BILL);
  await system.agent("approval").restart({ REVIEW_SLA_MS: "10800000", APPROVAL_TIMEOUT: "10800000" });

  // Reviews that wait.
  await submit("in-review");
  await reviews.awakeable("in-review");
  await submit("unclear");
  await answerPublicly(system, await reviews.awakeable("unclear"), '"maybe"');
  await reviews.awakeable("unclear", 2);
  await send("HumanApprovalWorkflow", "requestApproval", { claim: bigClaim });
  await call("ClaimTimeline", "events", { after: 100, waitMs: 100 }, { key: "in-review" });
  for (const agent of [
    "HumanClaimApprovalAgent",
    "HumanClaimApprovalWithTimeoutsAgent",
    "SubWorkflowClaimApprovalAgent",
  ]) {
    await send(agent, "run", BILL);
  }

  // The tour, to its ends.
  for (const agent of [
    "ParallelAgentClaimApproval",
    "RemoteMultiAgentClaimApproval",
    "ParallelToolClaimAgent",
  ]) {
    await call(agent, "run", bigClaim);
  }
  await call("MultiAgentClaimApproval", "run", bigClaim, { key: "session" });
  await call("MultiAgentClaimApproval", "run", sampleClaim, { key: "session" });
  await call("Chat", "message", { message: "Make a poem about durable execution." }, { key: "talk" });
  await call("Chat", "message", { message: "Shorten it to 2 lines." }, { key: "talk" });
  await call("Chat", "submit", { message: "And in French?" }, { key: "talk" });
  await call("Chat", "get_history", undefined, { key: "talk" });
  await call("Chat", "clear", undefined, { key: "cleared" });
  const weather = { message: "What is the weather like in New York and San Francisco?" };
  await call("WeatherAgent", "run", weather);
  await call("ManualLoopAgent", "run", weather);
  const trip = (city: string) => ({
    message: `I need to book a business trip to ${city} from March 15-17. Flying from JFK, need a hotel downtown for 1 guest.`,
  });
  await call("BookingWithRollbackAgent", "book", { booking_id: "booked", ...trip("Oslo") });
  await call("BookingWithRollbackAgent", "book", { booking_id: "full", ...trip("San Francisco") }).catch(
    () => {},
  );
  await call("Booking", "forget", undefined, { key: "booked" });
  await call("RacingAgent", "run", QUESTION);
  for (const handler of ["tell_model", "end_run", "catch_terminal"]) {
    await call("ErrorHandlingAgent", handler, QUESTION).catch(() => {});
  }
  for (const agent of [
    "ChainedAgents",
    "ParallelAgents",
    "OrchestratorWorkers",
    "EvaluatorOptimizer",
    "ResearchAgent",
  ]) {
    await call(agent, "run", QUESTION);
  }
  await call("CodingAgent", "message", QUESTION, { key: "done" });
  await call("NotifyWhenReadyAgent", "run", QUESTION, { key: "answered" });
  await call("NotifyWhenReadyAgent", "on_notify", undefined, { key: "answered" });
  const schedule = { message: "What is new?", interval_seconds: 1 };
  await call("ScheduledAgent", "start", schedule, { key: "news" });
  await until("sys_invocation WHERE target = 'ScheduledAgent/news/tick' AND status = 'completed'", 2);
  await call("ScheduledAgent", "stop", undefined, { key: "news" });
  await call("ScheduledAgent", "status", undefined, { key: "news" });

  // What waits for a model that does not answer: at its first call, after a tool's result, and behind another agent.
  const hold = (word: string) => ({ ...bigClaim, reason: `${word} hospital bill for a broken leg` });
  await submit("assessing", hold(AT_ONCE));
  await submit("assessed", hold(MIDWAY));
  await submit("deciding", hold(AT_DECISION));
  for (const word of [AT_ONCE, MIDWAY, AT_DECISION]) {
    for (const agent of [
      "ParallelAgentClaimApproval",
      "RemoteMultiAgentClaimApproval",
      "ParallelToolClaimAgent",
    ]) {
      await send(agent, "run", hold(word));
    }
    await send("MultiAgentClaimApproval", "run", hold(word), { key: word });
  }
  await call("Chat", "message", { message: "Make a poem about durable execution." }, { key: "held" });
  await call("Chat", "message", { message: "Shorten it to 2 lines." }, { key: "held" });
  // Its first call fails, so that the journal holds a failed attempt.
  const failed = simulator.nextCall((request) => isHeld(request, false));
  simulator.inject({ kind: "status", status: 503, times: 1 });
  await send("Chat", "message", { message: `${AT_ONCE} And in German?` }, { key: "held" });
  await failed;
  await send("Chat", "submit", { message: "And in French?" }, { key: "held" });
  for (const word of [AT_ONCE, MIDWAY]) {
    const ask = { message: `${word} ${QUESTION.message}` };
    const askWeather = { message: `${word} ${weather.message}` };
    await send("WeatherAgent", "run", askWeather);
    await send("ManualLoopAgent", "run", askWeather);
    await send("ResearchAgent", "run", ask);
    await send("ErrorHandlingAgent", "tell_model", ask);
    await send("CodingAgent", "message", ask, { key: word });
    const booking = { booking_id: word, message: `${word} ${trip("Oslo").message}` };
    await send("BookingWithRollbackAgent", "book", booking);
  }
  const ask = { message: `${AT_ONCE} ${QUESTION.message}` };
  for (const agent of ["RacingAgent", "HumanClaimApprovalAgent", "SubWorkflowClaimApprovalAgent"]) {
    await send(agent, "run", ask);
  }
  await send("NotifyWhenReadyAgent", "run", ask, { key: "held" });
  await send("NotifyWhenReadyAgent", "on_notify", undefined, { key: "held" });
  await call("ScheduledAgent", "start", { ...ask, interval_seconds: 1 }, { key: "held" });
  await call("ScheduledAgent", "start", { ...schedule, interval_seconds: 86_400 }, { key: "daily" });
  holdSecondAgents = true;
  for (const agent of [
    "ChainedAgents",
    "ParallelAgents",
    "OrchestratorWorkers",
    "EvaluatorOptimizer",
    "ThoroughAgent",
  ]) {
    await send(agent, "run", QUESTION);
  }
  const waiting = { after: 10_000, waitMs: LONGEST_POLL_MS };
  await send("ClaimTimeline", "events", waiting, { key: "in-review" });
  await send("ProgressTopics", "read", waiting, { key: "nobody" });
  await untilQuiet(system);
}

/** Waits until no journal grows any more: all that is left waits. */
async function untilQuiet({ server, simulator }: System): Promise<void> {
  for (let before = "", same = 0; same < QUIET_POLLS; await setTimeout(POLL_INTERVAL_MS)) {
    const sql = "SELECT count(*) AS n FROM sys_journal";
    const now = `${(await server.query(sql, countRow))[0]?.n} ${simulator.stats().total}`;
    same = now === before ? same + 1 : 0;
    before = now;
  }
}
