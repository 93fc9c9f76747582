// The lines of Restate's Tour of Agents, typed as they are: what is answered, and what was done for it.

import { testSeed, waitForStatus } from "@holdfast/testing";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { CALLS_OF_A_CLAIM, CALLS_OF_ASSESSORS } from "../support/assessors.ts";
import { AnswerLines } from "./support/answer-lines.ts";
import { type CurlAnswer, curl } from "./support/curl.ts";
import { holdCalls } from "./support/model-calls.ts";
import { countJournaled, invocationBy, stepsOf } from "./support/restate-tables.ts";
import { useSystem } from "./system.ts";

const BILL = "Process my hospital bill of 3000USD for a broken leg.";
const PATIENT = ["HumanClaimApprovalAgent", "HumanClaimApprovalWithTimeoutsAgent"] as const;

const [city = "", otherCity = ""] =
  fc.sample(
    fc.uniqueArray(fc.constantFrom("Oslo", "Lisbon", "New Delhi", "Quito", "Cape Town"), {
      minLength: 2,
      maxLength: 2,
    }),
    { seed: testSeed(), numRuns: 1 },
  )[0] ?? [];
const [largeAmount = 0] = fc.sample(fc.integer({ min: 1_001, max: 5_000 }), { seed: testSeed(), numRuns: 1 });

describe.each(["default", "always-replay"] as const)("the tour [%s]", (mode) => {
  const answers = new AnswerLines();
  const system = useSystem({ mode, onLine: answers.onLine });

  const type = (line: string): Promise<CurlAnswer> => curl(line, system().server);
  const attach = async (id: string) =>
    (await type(`curl localhost:8080/restate/invocation/${id}/attach`)).body;
  const steps = (id: string) => stepsOf(system().server, id);

  describe("1: a durable agent", () => {
    it.each(["San Francisco", city])("tells the weather in %s", async (where) => {
      const { status, body, id } = await type(
        `curl localhost:8080/WeatherAgent/run --json '{"message": "What is the weather like in ${where}?"}'`,
      );
      expect(status).toBe(200);
      expect(body).toMatch(new RegExp(`${where}.*°C`));
      expect(await steps(id)).toEqual(["WeatherAgent gpt-5-mini", "get weather", "WeatherAgent gpt-5-mini"]);
      expect(system().simulator.stats()).toMatchObject({ total: 2, repeated: 0 });
    });
  });

  it("2: a step is retried while the weather API is down, and nothing else is", async () => {
    const { server, agent, simulator } = system();
    const { id } = await type(
      `curl localhost:8080/WeatherAgent/run/send --json '{"message": "What is the weather like in Denver?"}'`,
    );
    const { last_failure } = await waitForStatus(
      server,
      id,
      ({ retry_count = 0, last_failure }) => retry_count > 1 && last_failure !== undefined,
    );
    expect(last_failure).toContain("The weather API is down");
    await agent("tour").restart({ WEATHER_FAIL_CITIES: "none" });
    expect(await attach(id)).toMatch(/Denver.*°C/);
    await agent("tour").restart({ WEATHER_FAIL_CITIES: "Denver" });
    expect(simulator.stats()).toMatchObject({ total: 2, repeated: 0 });
  });

  describe.each(PATIENT)("3, 4: %s", (agent) => {
    it.each([
      ["3000", "true", "Decision: approve, $3,000.00."],
      [String(largeAmount), "false", "Decision: deny."],
    ])(
      "waits for a person about %s, also through a restart; answered %s",
      async (amount, answer, decision) => {
        const known = answers.count;
        const bill = BILL.replace("3000", amount);
        const { id } = await type(`curl localhost:8080/${agent}/run/send --json '{"message": "${bill}"}'`);
        const line = await answers.after(known);
        await system().agent("approval").restart();
        expect((await type(line.replace("'true'", `'${answer}'`))).status).toBe(202);
        expect(await attach(id)).toContain(decision);
        expect(answers.count - known).toBe(1);
        expect(system().simulator.stats()).toMatchObject({ total: 2, repeated: 0 });
      },
    );

    it("decides a small one by itself", async () => {
      const known = answers.count;
      const { body } = await type(
        `curl localhost:8080/${agent}/run --json '{"message": "Process my bill of 250USD for new glasses."}'`,
      );
      expect(body).toContain("Decision: approve, $250.00.");
      expect(answers.count).toBe(known);
      expect(system().simulator.stats().total).toBe(1);
    });
  });

  it.each([
    ["3000", "Decision: approve, $3,000.00."],
    [String(5_000 + largeAmount), "Decision: refer to a reviewer."],
  ])("4: nobody answers in time about %s, and the agent evaluates", async (amount, decision) => {
    const { agent, server, simulator } = system();
    await agent("approval").restart({ APPROVAL_TIMEOUT: "1500" });
    const known = answers.count;
    const { id } = await type(
      `curl localhost:8080/HumanClaimApprovalWithTimeoutsAgent/run/send --json '{"message": "${BILL.replace("3000", amount)}"}'`,
    );
    const line = await answers.after(known);
    await agent("approval").restart({ APPROVAL_TIMEOUT: "10800000" });
    expect(await attach(id)).toContain(decision);
    // One timer: the restart has not prolonged it by three hours.
    expect(await countJournaled(server, id, "Command: Sleep")).toBe(1);
    expect(simulator.stats()).toMatchObject({ total: 2, repeated: 0 });
    expect((await type(line)).status).toBeLessThan(500);
    expect(simulator.stats().total).toBe(2);
  });

  it("5: a workflow in another process is called as a tool", async () => {
    const known = answers.count;
    const { id } = await type(
      `curl localhost:8080/SubWorkflowClaimApprovalAgent/run/send --json '{"message": "${BILL}"}'`,
    );
    const line = await answers.after(known);
    const workflow = await invocationBy(system().server, id, "HumanApprovalWorkflow");
    await Promise.all(["approval", "coordinator"].map((name) => system().agent(name).restart()));
    expect((await type(line)).status).toBe(202);
    expect(await attach(id)).toContain("Decision: approve, $3,000.00.");
    expect(await steps(workflow)).toEqual(["request review"]);
    expect(answers.count - known).toBe(1);
    expect(system().simulator.stats()).toMatchObject({ total: 2, repeated: 0 });
  });

  const CLAIM = {
    date: "2024-10-01",
    category: "orthopedic",
    reason: "hospital bill for a broken leg",
    amount: 3000,
    placeOfService: "General Hospital",
  };
  const runClaim = (path: string, claim: object) =>
    type(`curl localhost:8080/${path}/run --json '${JSON.stringify(claim)}'`);

  describe("6, 7: a chat", () => {
    it("remembers the conversation, and gives its history", async () => {
      const say = (message: string) =>
        type(`curl localhost:8080/Chat/tour123/message --json '{"message": "${message}"}'`);
      const poem = String((await say("Make a poem about durable execution.")).body);
      const shorter = (await say("Shorten it to 2 lines.")).body;
      expect(shorter).toBe(poem.split("\n").slice(0, 2).join("\n"));
      const { body: history } = await type("curl localhost:8080/Chat/tour123/get_history");
      expect(history).toMatchObject([{}, { content: poem }, {}, { content: shorter }]);
      expect(system().simulator.stats()).toMatchObject({ total: 2, repeated: 0 });
    });

    it("queues messages of a session, and answers sessions side by side", async () => {
      const messages = [
        ["tour456", "what are the benefits of durable execution?"],
        ["tour789", "how does workflow orchestration work?"],
        ["tour456", "what about fault tolerance in distributed systems?"],
        ["tour789", "give me a practical example"],
        ["tour202", "what is the difference between async and sync processing?"],
      ] as const;
      const held = holdCalls(system().simulator, () => true);
      const ids: string[] = [];
      for (const [session, message] of messages) {
        const line = `curl localhost:8080/Chat/${session}/message/send --json '{"message": "${message}"}'`;
        ids.push((await type(line)).id);
      }
      // The first of each session.
      await held.arrived(3);
      held.release();
      await Promise.all(ids.map((id) => attach(id)));
      for (const session of new Set(messages.map(([session]) => session))) {
        const { body } = await type(`curl localhost:8080/Chat/${session}/get_history`);
        const asked = (body as { role: string; content: string }[]).filter(({ role }) => role === "user");
        expect(asked.map(({ content }) => content)).toEqual(
          messages.flatMap(([of, message]) => (of === session ? [message] : [])),
        );
      }
      const stats = { total: messages.length, repeated: 0, peakInFlight: 3 };
      expect(system().simulator.stats()).toMatchObject(stats);
    });
  });

  describe("8: a hand-off", () => {
    it.each([
      ["orthopedic", 3000, "MedicalSpecialist: Decision: approve, $3,000.00."],
      ["orthopedic", 50_000 + largeAmount, "MedicalSpecialist: Decision: refer to a reviewer."],
      ["auto", 20_000 + largeAmount - 1, "AutoSpecialist: Decision: approve"],
      ["auto", 25_000 + largeAmount, "AutoSpecialist: Decision: refer to a reviewer."],
      ["property", 40_000 + largeAmount, "PropertySpecialist: Decision: approve"],
    ])("%s over %i goes to its specialist, who has the next one too", async (category, amount, decision) => {
      const session = `MultiAgentClaimApproval/tour-${category}-${amount}`;
      expect((await runClaim(session, { ...CLAIM, category, amount })).body).toContain(decision);
      expect(system().simulator.stats()).toMatchObject({ total: 2, repeated: 0 });
      const { body } = await runClaim(session, { ...CLAIM, amount: 1200 });
      expect(body).toContain(`${decision.split(":")[0]}: Decision: approve, $1,200.00.`);
      expect(system().simulator.stats()).toMatchObject({ total: 3, repeated: 0 });
    });
  });

  describe("9: several agents", () => {
    // Model calls of the agent itself and of the two others, or of all assessing agents, which make two each.
    it.each([
      ["RemoteMultiAgentClaimApproval", 6],
      ["ParallelToolClaimAgent", 2 + CALLS_OF_ASSESSORS],
      ["ParallelAgentClaimApproval", CALLS_OF_A_CLAIM],
    ])("%s decides by what the others found", async (agent, modelCalls) => {
      const { simulator } = system();
      simulator.setLatency(100);
      const { body } = await runClaim(agent, CLAIM);
      simulator.setLatency(0);
      expect(body).toContain("Decision: approve, $3,000.00.");
      expect(simulator.stats()).toMatchObject({ total: modelCalls, repeated: 0 });
      expect(simulator.stats().peakAgentsInFlight).toBeGreaterThan(1);
      const uncovered = await runClaim(agent, { ...CLAIM, category: "cosmetic", amount: largeAmount });
      expect(uncovered.body).toContain("Decision: deny.");
    });

    it.each(["MultiAgentClaimApproval/any", "ParallelToolClaimAgent"])(
      "%s knows the categories",
      async (path) => {
        expect((await runClaim(path, { ...CLAIM, category: "astrology" })).status).toBe(422);
        expect(system().simulator.stats().total).toBe(0);
      },
    );
  });

  describe("10: a loop by hand", () => {
    it.each([
      ["New York", "San Francisco"],
      [city, otherCity],
    ])("asks about %s and %s side by side", async (one, other) => {
      const { body, id } = await type(
        `curl localhost:8080/ManualLoopAgent/run --json '{"message": "What is the weather like in ${one} and ${other}?"}'`,
      );
      expect(body).toContain(one);
      expect(body).toContain(other);
      expect(await steps(id)).toEqual(["call model", "get weather", "get weather", "call model"]);
      expect(system().simulator.stats()).toMatchObject({ total: 2, repeated: 0 });
    });

    it("makes a model call three times at most", async () => {
      system().simulator.inject({ kind: "status", status: 503, times: 10 });
      const { status } = await type(
        `curl localhost:8080/ManualLoopAgent/run --json '{"message": "What is the weather like in Oslo?"}'`,
      );
      expect(status).toBe(500);
      expect(system().simulator.stats().total).toBe(3);
    });
  });

  describe("11: a booking that rolls back", () => {
    const trip = (to: string) =>
      `I need to book a business trip to ${to} from March 15-17. Flying from JFK, need a hotel downtown for 1 guest.`;
    const book = (id: string, message: string) =>
      type(
        `curl localhost:8080/BookingWithRollbackAgent/book --json '${JSON.stringify({ booking_id: id, message })}'`,
      );
    const stepsOfBooking = async (id: string) =>
      (await steps(await invocationBy(system().server, id, "Booking"))).filter(
        (name) => !name.includes("gpt"),
      );

    it("cancels what was booked, in reverse, and says why", async () => {
      const { status, body, id } = await book("booking_123", trip("San Francisco"));
      expect(status).toBe(409);
      expect(body).toMatchObject({ message: "No flight to this destination has a seat left." });
      expect(await stepsOfBooking(id)).toEqual([
        "book hotel",
        "book flight",
        "cancel flight",
        "cancel hotel",
      ]);
      expect(system().simulator.stats()).toMatchObject({ total: 2, repeated: 0 });
    });

    it("books all of it to another destination, and once", async () => {
      const first = await book("booking_124", trip(city));
      expect(first.status).toBe(200);
      expect(first.body).toMatch(/hotel is booked.*flight is booked.*car is booked/is);
      expect(await stepsOfBooking(first.id)).toEqual(["book hotel", "book flight", "book car"]);
      expect((await book("booking_124", trip(city))).body).toEqual(first.body);
      expect(system().simulator.stats()).toMatchObject({ total: 4, repeated: 0 });
      expect(await book("booking_124", trip(otherCity))).toMatchObject({
        status: 409,
        body: { message: "booking_id: was used for another trip; choose another one" },
      });
    });
  });

  it("12: two agents race, and the loser is cancelled", async () => {
    const { simulator, server } = system();
    const gate = Promise.withResolvers<undefined>();
    simulator.script(({ instructions }) => (instructions.includes("thorough") ? gate.promise : undefined));
    const { body, id } = await type(
      `curl localhost:8080/RacingAgent/run --json '{"message": "What is durable execution?"}'`,
    );
    expect(body).toMatch(/^quick: /);
    // A server that always replays learns of the cancellation when the call that is under way has ended.
    gate.resolve(undefined);
    const loser = await invocationBy(server, id, "ThoroughAgent");
    const { completion_failure } = await waitForStatus(server, loser, ({ status }) => status === "completed");
    expect(completion_failure).toMatch(/cancelled/i);
    expect(simulator.stats().total).toBeLessThanOrEqual(3);
  });

  it("14: gives the answer to whoever asks for it as soon as it is there, early or late", async () => {
    const { simulator, agent } = system();
    const gate = Promise.withResolvers<undefined>();
    simulator.script(() => gate.promise);
    const call = simulator.nextCall();
    const run = "curl localhost:8080/NotifyWhenReadyAgent/question1";
    await type(`${run}/run/send --json '{"message": "What is durable execution?"}'`);
    await call;
    const { id } = await type(`${run}/on_notify/send -X POST`);
    await agent("tour").kill9();
    gate.resolve(undefined);
    await agent("tour").restart();
    const answer = await attach(id);
    expect(answer).toMatch(/simulated/i);
    expect((await type(`${run}/on_notify`)).body).toBe(answer);
    expect(simulator.stats()).toMatchObject({ repeatedAfterAnswer: 0 });
  });

  describe("15: a schedule", () => {
    const path = "curl localhost:8080/ScheduledAgent";
    const statusOf = async (key: string) => (await type(`${path}/${key}/status`)).body as { runs: number };

    it("runs again and again, through a restart, and no two at once", async () => {
      const { simulator, agent } = system();
      const request = JSON.stringify({ message: `What is new in ${city}?`, interval_seconds: 0.2 });
      expect((await type(`${path}/news/start --json '${request}'`)).body).toMatchObject({
        running: true,
        runs: 0,
      });
      await simulator.nextCall();
      await agent("tour").restart();
      await simulator.nextCall();
      await simulator.nextCall();
      const stopped = await type(`${path}/news/stop -X POST`);
      expect(stopped.body).toMatchObject({ running: false });
      const { runs } = stopped.body as { runs: number };
      expect(runs).toBeGreaterThanOrEqual(3);
      expect(await statusOf("news")).toEqual({ running: false, runs: 0 });
      const { total, peakInFlight } = simulator.stats();
      // The call that was under way at the restart may have been made again.
      expect([runs, runs + 1]).toContain(total);
      expect(peakInFlight).toBe(1);
    });

    it("goes on after a run that failed, and by another request when it is started anew", async () => {
      const { simulator } = system();
      simulator.inject({ kind: "status", status: 401, times: 1 });
      const start = (message: string) =>
        type(`${path}/again/start --json '${JSON.stringify({ message, interval_seconds: 0.1 })}'`);
      await start("one");
      await simulator.nextCall();
      await simulator.nextCall();
      await start("two");
      const { items } = await simulator.nextCall();
      expect(JSON.stringify(items)).toContain("two");
      await type(`${path}/again/stop -X POST`);
    });

    it.each([
      ['{"message": "x", "interval_seconds": 0}', "interval_seconds: must be at least 0.1"],
      ['{"message": "x", "cron": "every day"}', "cron: must be a cron expression"],
      ['{"message": "x"}', "give interval_seconds or cron, one of them"],
      ['{"message": "", "interval_seconds": 1}', "message: must not be empty"],
    ])("refuses %s", async (body, problem) => {
      const answer = await type(`${path}/bad/start --json '${body}'`);
      expect(answer.status).toBe(400);
      expect(JSON.stringify(answer.body)).toContain(problem);
    });
  });

  it.each([
    ["WeatherAgent/run", "{}", "message: is required"],
    ["ManualLoopAgent/run", '{"message": " "}', "message: must not be empty"],
    ["HumanClaimApprovalAgent/run", '{"message": 7}', "message: must be a string"],
    ["SubWorkflowClaimApprovalAgent/run", "no JSON", "the body is not valid JSON"],
    ["BookingWithRollbackAgent/book", '{"message": "A trip"}', "booking_id: is required"],
  ])("%s refuses %s, at once", async (path, body, problem) => {
    const answer = await type(`curl localhost:8080/${path} --json '${body}'`);
    expect(answer.status).toBe(400);
    expect(JSON.stringify(answer.body)).toContain(problem);
    expect(system().simulator.stats().total).toBe(0);
  });
});
