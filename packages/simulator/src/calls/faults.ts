/** Keeps the faults that a test or an operator injects, and chooses those that hit a call. */
import { z } from "zod";
import type { SimulatedRequest } from "../wire/simulated-request.ts";

const KINDS = ["latency", "status", "hang", "cut", "truncated_json"] as const;
const REPLIES = ["unknown_tool", "bad_arguments", "no_choices"] as const;
const text = z.string().optional();

/** A fault as it is injected, in-process and over HTTP. What each kind does, the README says. */
export const faultSchema = z.strictObject({
  kind: z.enum([...KINDS, ...REPLIES]),
  /** Of a `status` fault; 500 unless given. */
  status: z.int().min(400).max(599).optional(),
  /** OpenAI's error code of a `status` fault; unless given, the usual one of that status. */
  code: z.string().min(1).max(100).optional(),
  retryAfterSeconds: z.number().min(0).max(86_400).optional(),
  latencyMs: z.number().min(0).max(3_600_000).default(1000),
  /** How many matching calls it hits. */
  times: z.int().positive().default(1),
  /** How many matching calls it lets pass first. */
  after: z.int().min(0).default(0),
  /** The calls it is meant for; all unless given. Every condition must hold. */
  match: z.strictObject({ agent: text, conversation: text, model: text, toolNamed: text }).default({}),
});

/** A fault to inject. */
export type Fault = z.input<typeof faultSchema>;
export type ActiveFault = z.output<typeof faultSchema>;

/** Ends the fault of this id in the control API; harmless when it has run out. */
export type FaultHandle = { id: string; remove(): void };

export class Faults {
  /** In the order of their injection; `after` and `times` are what is left of them. */
  readonly #faults = new Map<string, ActiveFault>();
  #nextId = 1;

  /** @throws ZodError when it is no fault */
  inject(input: Fault): FaultHandle {
    const id = String(this.#nextId++);
    this.#faults.set(id, faultSchema.parse(input));
    return { id, remove: () => void this.#faults.delete(id) };
  }

  /** Ends one fault; false when there is none of that id. */
  remove(id: string): boolean {
    return this.#faults.delete(id);
  }

  clear(): void {
    this.#faults.clear();
  }

  /** The faults that hit this call: any number of latencies, and at most one of another kind, the first injected. */
  take(request: SimulatedRequest): ActiveFault[] {
    const taken: ActiveFault[] = [];
    for (const [id, fault] of this.#faults) {
      if (!matches(fault, request)) continue;
      if (fault.kind !== "latency" && taken.some(({ kind }) => kind !== "latency")) continue;
      if (fault.after-- > 0) continue;
      fault.after = 0;
      if (--fault.times === 0) this.#faults.delete(id);
      taken.push(fault);
    }
    return taken;
  }
}

function matches({ kind, match }: ActiveFault, { tools, ...request }: SimulatedRequest): boolean {
  // A call without tools has no tool whose arguments could be bad.
  if (kind === "bad_arguments" && tools.length === 0) return false;
  const { toolNamed, ...others } = match;
  const isOf = (name: keyof typeof others) => others[name] === undefined || others[name] === request[name];
  const offersIt = toolNamed === undefined || tools.some(({ name }) => name === toolNamed);
  return offersIt && isOf("agent") && isOf("conversation") && isOf("model");
}
