// The lines of Restate's Tour of Agents, typed as they are: what is answered, and what was done for it.

import { testSeed, waitForStatus } from "@holdfast/testing";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type CurlAnswer, curl } from "./support/curl.ts";
import { invocationBy, stepsOf } from "./support/restate-tables.ts";
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
  /** The lines that answer reviews, in the order in which the approval service printed them. */
  const answerLines: string[] = [];
  const waiting: (() => void)[] = [];
  const system = useSystem({
    mode,
    only: ["tour", "approval", "coordinator"],
    onLine: (_agent, line) => {
      const found = /"answerWith":"(curl [^"]+)"/.exec(line)?.[1];
      if (!found) return;
      answerLines.push(found);
      for (const wake of waiting.splice(0)) wake();
    },
  });

  const type = (line: string): Promise<CurlAnswer> => curl(line, system().server.ingressUrl);
  const attach = async (id: string) =>
    (await type(`curl localhost:8080/restate/invocation/${id}/attach`)).body;
  const steps = (id: string) => stepsOf(system().server, id);

  /** The next line that answers a review. */
  async function nextAnswerLine(known: number): Promise<string> {
    for (;;) {
      const line = answerLines[known];
      if (line !== undefined) return line;
      await new Promise<void>((resolve) => waiting.push(resolve));
    }
  }

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
    ])("waits for a person about %s, also through a restart; told %s", async (amount, answer, decision) => {
      const known = answerLines.length;
      const bill = BILL.replace("3000", amount);
      const { id } = await type(`curl localhost:8080/${agent}/run/send --json '{"message": "${bill}"}'`);
      const line = await nextAnswerLine(known);
      await system().agent("approval").restart();
      expect((await type(line.replace("'true'", `'${answer}'`))).status).toBe(202);
      expect(await attach(id)).toContain(decision);
      expect(answerLines.length - known).toBe(1);
      expect(system().simulator.stats()).toMatchObject({ total: 2, repeated: 0 });
    });

    it("decides a small one by itself", async () => {
      const known = answerLines.length;
      const { body } = await type(
        `curl localhost:8080/${agent}/run --json '{"message": "Process my bill of 250USD for new glasses."}'`,
      );
      expect(body).toContain("Decision: approve, $250.00.");
      expect(answerLines.length).toBe(known);
      expect(system().simulator.stats().total).toBe(1);
    });
  });

  it("5: a workflow in another process is called as a tool", async () => {
    const known = answerLines.length;
    const { id } = await type(
      `curl localhost:8080/SubWorkflowClaimApprovalAgent/run/send --json '{"message": "${BILL}"}'`,
    );
    const line = await nextAnswerLine(known);
    const workflow = await invocationBy(system().server, id, "HumanApprovalWorkflow");
    await Promise.all(["approval", "coordinator"].map((name) => system().agent(name).restart()));
    expect((await type(line)).status).toBe(202);
    expect(await attach(id)).toContain("Decision: approve, $3,000.00.");
    expect(await steps(workflow)).toEqual(["request review"]);
    expect(answerLines.length - known).toBe(1);
    expect(system().simulator.stats()).toMatchObject({ total: 2, repeated: 0 });
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
      expect(first.body).toMatch(/hotel booked.*flight booked.*car booked/s);
      expect(await stepsOfBooking(first.id)).toEqual(["book hotel", "book flight", "book car"]);
      expect((await book("booking_124", trip(city))).body).toEqual(first.body);
      expect(system().simulator.stats()).toMatchObject({ total: 4, repeated: 0 });
      expect(await book("booking_124", trip(otherCity))).toMatchObject({
        status: 409,
        body: { message: "booking_id: was used for another trip; choose another one" },
      });
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
