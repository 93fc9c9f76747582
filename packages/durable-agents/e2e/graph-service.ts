// Runs a random graph: builds its agents from the plan and does their work on whichever context it is given, so that
// the same graph can run with the library and without it.

import { setTimeout } from "node:timers/promises";
import { EffectCounter } from "@holdfast/testing";
import {
  Agent,
  type InputGuardrail,
  type ModelProvider,
  type OutputGuardrail,
  type Tool,
} from "@openai/agents-core";
import { type Context, iface, type RunOptions, service } from "@restatedev/restate-sdk";
import {
  type AgentPlan,
  type ApprovalPlan,
  agentsOf,
  callsOf,
  type Graph,
  modelCall,
  type StepPlan,
  type Work,
} from "./random-graph.ts";
import { scriptedModels } from "./scripted-models.ts";

/** A graph to run, and the name under which its effects are counted. */
export interface GraphInput {
  readonly run: string;
  readonly graph: Graph;
}

/** The operations that a graph's work is made of. */
export interface GraphOperations {
  run(name: string, action: () => Promise<string>, options: RunOptions<string>): Promise<string>;
  sleep(ms: number): Promise<unknown>;
  remote(input: RemoteInput): Promise<string>;
}

export interface RemoteInput {
  readonly run: string;
  readonly step: StepPlan;
}

/** The contract of {@link remoteService}. */
export const remote = iface.service("Remote", { work: iface.json<RemoteInput, string>() });

/** How agents run in a handler: with the library, or without. */
export interface GraphRuntime {
  readonly operations: () => GraphOperations;
  readonly tool: (name: string, execute: () => Promise<string>, needsApproval: NeedsApproval) => Tool;
  /** Runs to the end; a streaming run reads all events. */
  readonly runAgent: (run: AgentRun) => Promise<string>;
}

type NeedsApproval = boolean | (() => Promise<boolean>);

export interface AgentRun {
  readonly agent: Agent;
  readonly models: ModelProvider;
  readonly graph: Graph;
  /** Asks a person about a call, and again when the answer made no sense. */
  readonly ask: (tool: string, again: boolean) => Promise<PersonsAnswer>;
}

/** What is answered, and how long that takes. */
export interface PersonsAnswer {
  readonly ms: number;
  readonly answer: unknown;
}

const RETRIES: RunOptions<string> = { initialRetryInterval: 2, maxRetryInterval: 10 };

/** What the message of a planned failure looks like. */
export const PLANNED_FAILURE = /planned failure/;

/** What was tried and what was done, of all runs. */
export class GraphEffects {
  readonly #attempts = new EffectCounter();
  readonly #successes = new EffectCounter();

  /** One attempt of an effect that fails the first few times. */
  async attempt(
    run: string,
    { id, ms, failures }: Pick<StepPlan, "id" | "ms" | "failures">,
  ): Promise<string> {
    const attempt = this.#attempts.hit(`${run}/${id}`);
    if (ms > 0) await setTimeout(ms);
    if (attempt <= failures) throw new Error(`planned failure ${attempt} of ${id}`);
    this.#successes.hit(`${run}/${id}`);
    return id;
  }

  /** Attempts and successes of a run, by effect. */
  of(run: string): Record<string, { attempts: number; successes: number }> {
    const names = Object.keys(this.#attempts.snapshot()).filter((name) => name.startsWith(`${run}/`));
    return Object.fromEntries(
      names.map((name) => [
        name.slice(run.length + 1),
        { attempts: this.#attempts.count(name), successes: this.#successes.count(name) },
      ]),
    );
  }
}

/** The service `Graphs`, on a runtime that is made for each invocation. */
export function graphService(effects: GraphEffects, runtimeOf: (ctx: Context) => GraphRuntime) {
  return service({
    name: "Graphs",
    handlers: {
      run: async (ctx: Context, { run, graph }: GraphInput): Promise<string> => {
        const runtime = runtimeOf(ctx);
        const agent = new AgentBuilder(runtime, effects, run).build(graph.agent);
        const models = graphModels(graph, effects, run);
        return runtime.runAgent({ agent, models, graph, ask: personOf(graph, effects, run) });
      },
    },
  });
}

/** The service that `remote` work calls: plain Restate. */
export function remoteService(effects: GraphEffects) {
  return service({
    name: "Remote",
    handlers: {
      work: (ctx: Context, { run, step }: RemoteInput): Promise<string> =>
        ctx.run(step.id, () => effects.attempt(run, step), RETRIES),
    },
  });
}

class AgentBuilder {
  readonly #runtime: GraphRuntime;
  readonly #effects: GraphEffects;
  readonly #run: string;

  constructor(runtime: GraphRuntime, effects: GraphEffects, run: string) {
    this.#runtime = runtime;
    this.#effects = effects;
    this.#run = run;
  }

  build(plan: AgentPlan): Agent {
    const tools = plan.turns.flat().map((call) => {
      const needsApproval = policyOf(call.approval);
      if (call.kind === "tool") {
        return this.#runtime.tool(call.name, () => this.#work(call.work), needsApproval);
      }
      return this.build(call.agent).asTool({
        toolName: call.name,
        toolDescription: "Asks",
        needsApproval,
        ...(call.streams && { onStream: () => {} }),
      });
    });
    const inputGuardrails = plan.inputGuardrails.map(
      ({ name, work, blocking }): InputGuardrail => ({
        name,
        runInParallel: !blocking,
        execute: async () => ({ tripwireTriggered: false, outputInfo: await this.#work(work) }),
      }),
    );
    const outputGuardrails = plan.outputGuardrails.map(
      ({ name, work }): OutputGuardrail => ({
        name,
        execute: async () => ({ tripwireTriggered: false, outputInfo: await this.#work(work) }),
      }),
    );
    return new Agent({
      name: plan.id,
      instructions: plan.id,
      tools,
      inputGuardrails,
      outputGuardrails,
      handoffs: plan.handoff ? [this.build(plan.handoff)] : [],
    });
  }

  async #work(work: Work): Promise<string> {
    const operations = this.#runtime.operations();
    switch (work.kind) {
      case "step":
        return this.#step(work, work.id);
      case "sleep":
        await operations.sleep(work.ms);
        return "slept";
      case "remote":
        return operations.remote({ run: this.#run, step: work.step });
      case "all":
        return (await Promise.all(work.of.map((part) => this.#work(part)))).join("+");
      case "sequence": {
        const results: string[] = [];
        for (const part of work.of) results.push(await this.#work(part));
        return results.join("-");
      }
      case "race": {
        const running = work.of.map(async (part, n) => `${n} ${await this.#work(part)}`);
        const winner = await Promise.race(running);
        // The step's name depends on who won: on a replay that sees another winner, Restate sees another journal.
        const after = await this.#step(work.after, `after ${winner}`);
        await Promise.all(running);
        return after;
      }
    }
  }

  #step(plan: StepPlan, name: string): Promise<string> {
    const options = plan.bounded ? { ...RETRIES, maxRetryAttempts: plan.failures + 1 } : RETRIES;
    return this.#runtime.operations().run(name, () => this.#effects.attempt(this.#run, plan), options);
  }
}

function policyOf(approval: ApprovalPlan | null): NeedsApproval {
  if (!approval?.dynamic) return approval !== null;
  return async () => true;
}

// A person's answer follows from the plan of the call.
function personOf(graph: Graph, effects: GraphEffects, run: string): AgentRun["ask"] {
  const calls = new Map(callsOf(graph.agent).map((call) => [call.name, call]));
  return async (tool, again) => {
    const call = calls.get(tool);
    const step = again ? call?.approval?.again : call?.approval?.request;
    if (!call?.approval || !step) throw new Error(`nobody is to be asked about ${tool}`);
    await effects.attempt(run, step);
    const { ms, decision } = call.approval;
    if (call.approval.again && !again) return { ms, answer: "perhaps" };
    const edited = call.kind === "agent" ? { input: "go on" } : {};
    return { ms, answer: decision === "edit" ? { decision, arguments: edited } : { decision } };
  };
}

// Each model reply follows from the plan of the agent that asks, and from the tool results it has.
function graphModels(graph: Graph, effects: GraphEffects, run: string): ModelProvider {
  const plans = new Map(agentsOf(graph.agent).map((plan) => [plan.id, plan]));
  return scriptedModels(async (request) => {
    const plan = plans.get(request.systemInstructions ?? "");
    if (!plan) throw new Error(`no agent has the instructions ${request.systemInstructions}`);
    const answered = new Set(
      typeof request.input === "string"
        ? []
        : request.input.map((item) => (item.type === "function_call_result" ? item.name : "")),
    );
    const turn = plan.turns.filter((calls) => calls.every((call) => answered.has(call.name))).length;
    const failures = turn === 0 ? plan.modelFailures : 0;
    await effects.attempt(run, { id: modelCall(plan, turn), ms: 0, failures });
    const calls = plan.turns[turn];
    if (calls) {
      return calls.map(({ kind, name }) => ({ tool: name, args: kind === "agent" ? { input: "go" } : {} }));
    }
    return plan.handoff ? [{ tool: `transfer_to_${plan.handoff.id}`, args: {} }] : `${plan.id} is done`;
  });
}
