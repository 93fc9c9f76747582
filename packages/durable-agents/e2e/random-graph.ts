// Random shapes of agent runs: what tools, guardrails, handoffs and nested agents do, as plain data that a service
// takes as its input, and what a run of it must have done in the end.

import fc from "fast-check";

/** A durable step that fails its first `failures` attempts, each after `ms` of work. */
export interface StepPlan {
  readonly kind: "step";
  readonly id: string;
  readonly ms: number;
  readonly failures: number;
  /** Whether it may have just as many attempts as it needs, and not one more. */
  readonly bounded: boolean;
}

/** What a tool or a guardrail does. */
export type Work =
  | StepPlan
  | { readonly kind: "sleep"; readonly ms: number }
  | { readonly kind: "remote"; readonly step: StepPlan }
  | { readonly kind: "all"; readonly of: readonly Work[] }
  | { readonly kind: "sequence"; readonly of: readonly Work[] }
  /** Goes on with `after`, named after the winner, when the first of them is done; then waits for the others. */
  | { readonly kind: "race"; readonly of: readonly Work[]; readonly after: StepPlan };

/** A person's part in a call. */
export interface ApprovalPlan {
  /** What asks for it. */
  readonly request: StepPlan;
  /** What asks again, when the first answer makes no sense. */
  readonly again: StepPlan | null;
  /** How long each answer takes. */
  readonly ms: number;
  readonly decision: "approve" | "edit" | "reject";
  /** Whether the tool decides by the arguments. */
  readonly dynamic: boolean;
}

/** One tool call of a turn: a tool's own work, or an agent used as a tool. */
export type CallPlan = { readonly name: string; readonly approval: ApprovalPlan | null } & (
  | { readonly kind: "tool"; readonly work: Work }
  | { readonly kind: "agent"; readonly agent: AgentPlan; readonly streams: boolean }
);

export interface GuardrailPlan {
  readonly name: string;
  readonly work: Work;
  readonly blocking: boolean;
}

export interface AgentPlan {
  readonly id: string;
  /** The tool calls of each turn. After the last one the agent hands off, or answers. */
  readonly turns: readonly (readonly CallPlan[])[];
  /** How many attempts of its first model call fail. */
  readonly modelFailures: number;
  readonly inputGuardrails: readonly GuardrailPlan[];
  readonly outputGuardrails: readonly GuardrailPlan[];
  readonly handoff?: AgentPlan;
}

export interface Graph {
  readonly agent: AgentPlan;
  readonly streams: boolean;
  /** Whether the time for approvals is limited; it is never over. */
  readonly timeout: boolean;
}

/** What a run must have done: the failures that each effect has before its one success. */
export type Effects = ReadonlyMap<string, number>;

export function plannedEffects(graph: Graph): Effects {
  const effects = new Map<string, number>();
  const ofWork = (work: Work): void => {
    if (work.kind === "step") effects.set(work.id, work.failures);
    else if (work.kind === "remote") ofWork(work.step);
    else if (work.kind !== "sleep") work.of.forEach(ofWork);
    if (work.kind === "race") ofWork(work.after);
  };
  const ofRun = (first: AgentPlan): void => {
    const chain = handoffChain(first);
    // The SDK checks the input of a run at its first agent, its output at the last.
    for (const { work } of first.inputGuardrails) ofWork(work);
    for (const { work } of chain.at(-1)?.outputGuardrails ?? []) ofWork(work);
    for (const agent of chain) {
      agent.turns.forEach((_, turn) => {
        effects.set(modelCall(agent, turn), turn === 0 ? agent.modelFailures : 0);
      });
      effects.set(modelCall(agent, agent.turns.length), agent.turns.length === 0 ? agent.modelFailures : 0);
      for (const call of agent.turns.flat()) {
        const { approval } = call;
        if (approval) ofWork(approval.request);
        if (approval?.again) ofWork(approval.again);
        if (approval?.decision === "reject") continue;
        if (call.kind === "tool") ofWork(call.work);
        else ofRun(call.agent);
      }
    }
  };
  ofRun(graph.agent);
  return effects;
}

/** The names of the spans that a run must emit, each as often as it is emitted, in order. */
export function plannedSpans(graph: Graph): string[] {
  const ofRun = (first: AgentPlan): string[] => {
    const chain = handoffChain(first);
    const guardrails = [...first.inputGuardrails, ...(chain.at(-1)?.outputGuardrails ?? [])];
    return [
      ...guardrails.map(({ name }) => `guardrail ${name}`),
      ...chain.slice(1).map(() => "handoff"),
      ...chain.flatMap(({ id, turns }) => [
        `invoke_agent ${id}`,
        ...Array<string>(turns.length + 1).fill("chat"),
        ...turns.flat().flatMap(ofCall),
      ]),
    ];
  };
  const ofCall = (call: CallPlan): string[] => [
    `execute_tool ${call.name}`,
    ...(call.approval ? [`approval ${call.name}`] : []),
    ...(call.kind === "agent" && call.approval?.decision !== "reject" ? ofRun(call.agent) : []),
  ];
  return ofRun(graph.agent).sort();
}

export function modelCall(agent: AgentPlan, turn: number): string {
  return `model ${agent.id} ${turn}`;
}

/** All tool calls of a graph. */
export function callsOf(agent: AgentPlan): CallPlan[] {
  return agentsOf(agent).flatMap(({ turns }) => turns.flat());
}

/** All agents of a graph, nested ones and handoffs included. */
export function agentsOf(agent: AgentPlan): AgentPlan[] {
  return handoffChain(agent).flatMap((link) => [
    link,
    ...link.turns.flat().flatMap((call) => (call.kind === "agent" ? agentsOf(call.agent) : [])),
  ]);
}

function handoffChain(first: AgentPlan): AgentPlan[] {
  const chain: AgentPlan[] = [];
  for (let agent: AgentPlan | undefined = first; agent; agent = agent.handoff) chain.push(agent);
  return chain;
}

const MAX_DEPTH = 3;
const MAX_HANDOFFS = 2;

/** Random graphs; those of every third or so fail somewhere and are retried. */
export function graphs(): fc.Arbitrary<Graph> {
  return fc
    .record({ agent: agents(1, 0), streams: fc.boolean(), timeout: fc.boolean() })
    .map((graph) => ({ ...graph, agent: new Names().agent(graph.agent) }));
}

const failures = fc.oneof(
  { weight: 8, arbitrary: fc.constant(0) },
  { weight: 1, arbitrary: fc.integer({ min: 1, max: 2 }) },
);

const step: fc.Arbitrary<StepPlan> = fc.record({
  kind: fc.constant("step"),
  id: fc.constant(""),
  ms: fc.integer({ min: 0, max: 8 }),
  failures,
  bounded: fc.boolean(),
});

const simple: fc.Arbitrary<Work> = fc.oneof(
  { weight: 4, arbitrary: step },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant("sleep" as const), ms: fc.integer({ max: 12, min: 1 }) }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("remote" as const), step }) },
);

const sequence: fc.Arbitrary<Work> = fc.record({
  kind: fc.constant("sequence" as const),
  of: fc.array(simple, { minLength: 1, maxLength: 3 }),
});

const work: fc.Arbitrary<Work> = fc.oneof(
  simple,
  sequence,
  fc.record({
    kind: fc.constant("all" as const),
    of: fc.array(fc.oneof(simple, sequence), { minLength: 1, maxLength: 4 }),
  }),
  fc.record({
    kind: fc.constant("race" as const),
    of: fc.array(simple, { minLength: 2, maxLength: 3 }),
    after: step,
  }),
);

const approval: fc.Arbitrary<ApprovalPlan | null> = fc.oneof(
  { weight: 2, arbitrary: fc.constant(null) },
  {
    weight: 1,
    arbitrary: fc.record({
      request: step,
      again: fc.option(step, { freq: 2 }),
      ms: fc.integer({ min: 0, max: 12 }),
      decision: fc.constantFrom("approve", "approve", "edit", "reject"),
      dynamic: fc.boolean(),
    }),
  },
);

const guardrails: fc.Arbitrary<GuardrailPlan[]> = fc.array(
  fc.record({ name: fc.constant(""), work: fc.oneof(step, sequence), blocking: fc.boolean() }),
  { maxLength: 2 },
);

function agents(depth: number, handoffs: number): fc.Arbitrary<AgentPlan> {
  const tool = fc.record({ kind: fc.constant("tool" as const), name: fc.constant(""), work, approval });
  const calls: fc.Arbitrary<CallPlan> =
    depth === MAX_DEPTH
      ? tool
      : fc.oneof(
          { weight: 3, arbitrary: tool },
          {
            weight: 1,
            arbitrary: fc.record({
              kind: fc.constant("agent" as const),
              name: fc.constant(""),
              agent: agents(depth + 1, MAX_HANDOFFS),
              streams: fc.boolean(),
              approval,
            }),
          },
        );
  const plan = {
    id: fc.constant(""),
    turns: fc.array(fc.array(calls, { minLength: 1, maxLength: 4 }), { maxLength: depth === 1 ? 2 : 1 }),
    modelFailures: failures,
    inputGuardrails: guardrails,
    outputGuardrails: guardrails,
  };
  if (handoffs === MAX_HANDOFFS) return fc.record(plan);
  return fc.oneof(
    { weight: 2, arbitrary: fc.record(plan) },
    { weight: 1, arbitrary: fc.record({ ...plan, handoff: agents(depth, handoffs + 1) }) },
  );
}

// Names are given when a graph is complete, so that shrinking it cannot make two of them the same.
class Names {
  #count = 0;

  agent(plan: AgentPlan): AgentPlan {
    const id = this.#next("a");
    return {
      ...plan,
      id,
      turns: plan.turns.map((calls) => calls.map((call) => this.#call(call))),
      inputGuardrails: plan.inputGuardrails.map((guardrail) => this.#guardrail(guardrail)),
      outputGuardrails: plan.outputGuardrails.map((guardrail) => this.#guardrail(guardrail)),
      ...(plan.handoff && { handoff: this.agent(plan.handoff) }),
    };
  }

  #call(plan: CallPlan): CallPlan {
    const name = this.#next("call");
    const approval = plan.approval && this.#approval(plan.approval);
    return plan.kind === "tool"
      ? { ...plan, name, approval, work: this.#work(plan.work) }
      : { ...plan, name, approval, agent: this.agent(plan.agent) };
  }

  #approval(plan: ApprovalPlan): ApprovalPlan {
    return { ...plan, request: this.#step(plan.request), again: plan.again && this.#step(plan.again) };
  }

  #guardrail(plan: GuardrailPlan): GuardrailPlan {
    return { ...plan, name: this.#next("guardrail"), work: this.#work(plan.work) };
  }

  #work(plan: Work): Work {
    if (plan.kind === "step") return this.#step(plan);
    if (plan.kind === "sleep") return plan;
    if (plan.kind === "remote") return { ...plan, step: this.#step(plan.step) };
    const of = plan.of.map((part) => this.#work(part));
    return plan.kind === "race" ? { ...plan, of, after: this.#step(plan.after) } : { ...plan, of };
  }

  #step(plan: StepPlan): StepPlan {
    return { ...plan, id: this.#next("step") };
  }

  #next(kind: string): string {
    return `${kind}${this.#count++}`;
  }
}
