// Runs what Restate's Tour of Agents shows or links to without a line of its own: rows 13 and 16 to 18 of docs/tour.md,
// and answers that nobody asked for.

import { EMPTY_PROGRESS_VIEW, foldProgress, type ProgressFrame } from "@holdfast/durable-agents/progress";
import { testSeed, waitForStatus } from "@holdfast/testing";
import { EventSource } from "eventsource";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { AnswerLines } from "./support/answer-lines.ts";
import { type CurlAnswer, curl } from "./support/curl.ts";
import { holdCalls } from "./support/model-calls.ts";
import { invocationBy, stepsOf, untilJournaled } from "./support/restate-tables.ts";
import { useSystem } from "./system.ts";

const topics = fc.sample(
  fc.uniqueArray(fc.constantFrom("hail", "floods", "reinsurance", "deductibles", "fraud", "fire"), {
    minLength: 3,
    maxLength: 3,
  }),
  { seed: testSeed(), numRuns: 1 },
)[0] as [string, string, string];

describe.each(["default", "always-replay"] as const)("the tour's further agents [%s]", (mode) => {
  const answers = new AnswerLines();
  const system = useSystem({ mode, gateway: true, onLine: answers.onLine });

  const type = (line: string): Promise<CurlAnswer> => curl(line, system().server);
  const ask = (path: string, message = "What is durable execution?") =>
    type(`curl localhost:8080/${path} --json '${JSON.stringify({ message })}'`);
  const attach = (id: string) => type(`curl localhost:8080/restate/invocation/${id}/attach`);
  const steps = async (id: string) =>
    (await stepsOf(system().server, id)).filter((name) => !name.includes("gpt"));

  it("13: a message cancels the work on the one before it, which cleans up, and goes on with both", async () => {
    const { simulator, server } = system();
    const [first, second] = [`Write about ${topics[0]}.`, `No, about ${topics[1]}.`];
    const working = Promise.withResolvers<string>();
    let held = 0;
    // The calls of the first work take until it is asked to end twice: once to give way, once by its cancellation.
    simulator.script(async ({ items }) => {
      if (JSON.stringify(items).includes(second)) return undefined;
      held++;
      await untilJournaled(server, await working.promise, "Notification: Signal", Math.min(held, 2));
      return undefined;
    });
    const begun = simulator.nextCall();
    const before = await ask("CodingAgent/task/message/send", first);
    await begun;
    const work = await invocationBy(server, before.id, "CodingAgent");
    const calls = simulator.nextCall(({ items }) => JSON.stringify(items).includes(second));
    const answered = ask("CodingAgent/task/message", second);
    working.resolve(work);

    const history = JSON.stringify((await calls).items);
    expect(history.indexOf(first)).toBeGreaterThan(-1);
    expect(history.indexOf(second)).toBeGreaterThan(history.indexOf(first));
    const after = await answered;
    expect(after.status).toBe(200);
    expect(await attach(before.id)).toMatchObject({
      status: 409,
      body: { message: "The turn was interrupted by another one." },
    });
    const undone = await steps(work);
    expect(undone[0]).toBe("create workspace");
    expect(undone.filter((name) => name === "remove workspace")).toHaveLength(1);
    expect(undone.at(-1)).toBe("remove workspace");
    const done = await steps(await invocationBy(server, after.id, "CodingAgent"));
    expect(done).toEqual(["create workspace", "build", "remove workspace"]);
    expect(simulator.stats().repeatedAfterAnswer).toBe(0);
  });

  it("16: reports its progress, also to a reader that was cut off, and through a crash", async () => {
    const { simulator, agent, gatewayUrl } = system();
    const held = holdCalls(simulator, ({ items }) => items.some(({ type }) => type === "tool_result"));
    const { id } = await ask("ResearchAgent/run/send", `Tell me about ${topics[0]}.`);
    const frames: ProgressFrame[] = [];
    const read = (until: ProgressFrame["type"]) =>
      new Promise<void>((resolve, reject) => {
        const last = frames.at(-1)?.id;
        const source = new EventSource(`${gatewayUrl}/api/invocations/${id}/progress`, {
          fetch: (url, init) =>
            fetch(url, {
              ...init,
              headers: { ...init.headers, ...(last !== undefined && { "last-event-id": String(last) }) },
            }),
        });
        const types = ["run_started", "model_started", "text_delta", "reset", "model_ended", "tool_started"];
        for (const name of [...types, "tool_ended", "run_ended"]) {
          source.addEventListener(name, ({ data }) => {
            const frame = JSON.parse(data) as ProgressFrame;
            frames.push(frame);
            if (frame.type !== until) return;
            source.close();
            resolve();
          });
        }
        source.onerror = ({ message }) => {
          source.close();
          reject(new Error(`The stream of progress broke: ${message}`));
        };
      });
    await read("tool_ended");
    await held.arrived();
    await agent("tour").kill9();
    await agent("tour").restart();
    held.release();
    await read("run_ended");

    expect(frames.map(({ id }) => id)).toEqual(
      [...new Set(frames.map(({ id }) => id))].sort((one, other) => one - other),
    );
    for (const once of ["run_started", "tool_started", "tool_ended", "run_ended"]) {
      expect(frames.filter(({ type }) => type === once)).toHaveLength(1);
    }
    const view = frames.reduce(foldProgress, EMPTY_PROGRESS_VIEW);
    expect(view).toMatchObject({ status: "completed", text: (await attach(id)).body });
    expect(simulator.stats().repeatedAfterAnswer).toBe(0);
  });

  describe("17: an agent whose tool fails", () => {
    it.each([
      ["tell_model", 200, /./, 2, 1],
      ["end_run", 404, /The archive has nothing about this\./, 1, 1],
      ["catch_terminal", 200, /^The agent couldn't complete the request\.$/, 1, 1],
      ["give_up", 500, /The archive does not answer|killed/i, 1, 1],
    ])("%s: %i", async (handler, status, text, modelCalls, toolSteps) => {
      const answer = await ask(`ErrorHandlingAgent/${handler}`);
      expect(answer.status).toBe(status);
      expect(typeof answer.body === "string" ? answer.body : JSON.stringify(answer.body)).toMatch(text);
      expect(system().simulator.stats()).toMatchObject({ total: modelCalls, repeated: 0 });
      expect(await steps(answer.id)).toEqual(Array(toolSteps).fill("search archive"));
      const { status: ended } = await waitForStatus(
        system().server,
        answer.id,
        (row) => row.status === "completed",
      );
      expect(ended).toBe("completed");
    });

    it("makes a model call as often as MODEL_MAX_ATTEMPTS says", async () => {
      const { agent, simulator } = system();
      await agent("tour").restart({ MODEL_MAX_ATTEMPTS: "2" });
      simulator.inject({ kind: "status", status: 503, times: 10 });
      const { status } = await ask("WeatherAgent/run", "What is the weather like in Oslo?");
      await agent("tour").restart({ MODEL_MAX_ATTEMPTS: "3" });
      expect(status).toBe(500);
      expect(simulator.stats().total).toBe(2);
    });

    it("tells the model of a tool that does not exist", async () => {
      const { simulator } = system();
      simulator.inject({ kind: "unknown_tool", times: 1 });
      const { status, body } = await ask("WeatherAgent/run", "What is the weather like in Oslo?");
      expect(status).toBe(200);
      expect(body).toMatch(/Oslo.*°C/);
      expect(simulator.stats()).toMatchObject({ total: 3, repeated: 0 });
    });
  });

  describe("18: workflows", () => {
    it("a chain: each agent reads what the one before it wrote", async () => {
      const { simulator } = system();
      const seen: string[] = [];
      simulator.script(({ instructions, items }) => {
        seen.push(JSON.stringify(items));
        return { text: `${topics[seen.length - 1]} by ${instructions.split(" ")[0]}` };
      });
      const { body } = await ask("ChainedAgents/run");
      expect(body).toBe(`${topics[2]} by Polish`);
      expect(seen).toHaveLength(3);
      expect(seen[1]).toContain(`${topics[0]} by Outline`);
      expect(seen[2]).toContain(`${topics[1]} by Write`);
    });

    it("in parallel: three agents at once", async () => {
      const { simulator } = system();
      const held = holdCalls(simulator, () => true);
      const asked = ask("ParallelAgents/run", `All about ${topics[0]}.`);
      await held.arrived(3);
      held.release();
      expect((await asked).body).toMatch(/^Sentiment: .+\nKey points: .+\nSummary: /s);
      expect(simulator.stats()).toMatchObject({ total: 3, repeated: 0, peakInFlight: 3 });
    });

    it("an orchestrator: as many workers at once as it plans tasks", async () => {
      const { simulator } = system();
      const together = Promise.withResolvers<undefined>();
      const tasks: string[] = [];
      simulator.script(({ outputSchema, instructions, items }) => {
        if (outputSchema) return { json: { tasks: topics.map((topic) => `Tell of ${topic}`) } };
        if (!instructions.startsWith("Work on")) return { text: JSON.stringify(items) };
        tasks.push(JSON.stringify(items));
        if (tasks.length === topics.length) together.resolve(undefined);
        return together.promise.then(() => ({ text: `done ${tasks.length}` }));
      });
      const { body } = await ask("OrchestratorWorkers/run");
      for (const topic of topics) expect(body).toContain(`Tell of ${topic}: done 3`);
      expect(simulator.stats()).toMatchObject({ total: 5, repeated: 0 });
    });

    it("an orchestrator without a plan has the request worked on", async () => {
      system().simulator.script(({ outputSchema }) =>
        outputSchema ? { json: { tasks: [" "] } } : undefined,
      );
      expect((await ask("OrchestratorWorkers/run")).status).toBe(200);
      expect(system().simulator.stats()).toMatchObject({ total: 3, repeated: 0 });
    });

    it.each([
      [1, 2],
      [2, 4],
      [Number.POSITIVE_INFINITY, 5],
    ])("an evaluator: good in round %d takes %i calls", async (goodInRound, calls) => {
      const { simulator } = system();
      let evaluations = 0;
      let heeded = 0;
      simulator.script(({ outputSchema, items }) => {
        if (JSON.stringify(items).includes(`Mention ${topics[0]}`)) heeded++;
        if (!outputSchema) return undefined;
        evaluations++;
        return { json: { good: evaluations >= goodInRound, feedback: `Mention ${topics[0]}` } };
      });
      expect((await ask("EvaluatorOptimizer/run")).status).toBe(200);
      expect(simulator.stats()).toMatchObject({ total: calls, repeatedAfterAnswer: 0 });
      expect(heeded).toBe(evaluations - (goodInRound <= evaluations ? 1 : 0));
    });
  });

  describe("an answer that nobody waits for", () => {
    it("is refused when there is no such awakeable", async () => {
      const { status, body } = await type(
        "curl localhost:8080/restate/awakeables/sign_1M28aqY6ZfuwBmRnmyP/resolve --json 'true'",
      );
      expect(status).toBe(400);
      expect(JSON.stringify(body)).toMatch(/awakeable/i);
    });

    it("changes nothing when it was answered before", async () => {
      const known = answers.count;
      const { id } = await ask(
        "HumanClaimApprovalAgent/run/send",
        "Process my hospital bill of 3000USD for a broken leg.",
      );
      const line = await answers.after(known);
      await type(line);
      const decided = await attach(id);
      expect(decided.body).toContain("Decision: approve");
      expect((await type(line.replace("'true'", "'false'"))).status).toBeLessThan(500);
      expect(await attach(id)).toMatchObject({ body: decided.body });
      expect(answers.count - known).toBe(1);
      expect(system().simulator.stats()).toMatchObject({ total: 2, repeated: 0 });
    });
  });

  it.each([
    ["CodingAgent/task/message", "{}", "message: is required"],
    ["ResearchAgent/run", '{"message": ""}', "message: must not be empty"],
    ["ErrorHandlingAgent/end_run", '{"message": 7}', "message: must be a string"],
    ["ChainedAgents/run", "no JSON", "the body is not valid JSON"],
  ])("%s refuses %s, at once", async (path, body, problem) => {
    const answer = await type(`curl localhost:8080/${path} --json '${body}'`);
    expect(answer.status).toBe(400);
    expect(JSON.stringify(answer.body)).toContain(problem);
    expect(system().simulator.stats().total).toBe(0);
  });
});
