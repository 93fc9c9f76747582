/** The faults a test or an operator injects: which call they hit, and how often. */
import { z } from "zod";
import type { SimulatedRequest } from "../wire/simulated-request.ts";

/** A fault as it is injected; the same shape in-process and over HTTP. */
export const faultSchema = z.strictObject({
  /**
   * `latency` waits and then answers; `status` answers with an error; `hang` never answers; `cut` destroys the
   * connection in the middle of the body; `truncated_json` sends half of the body with status 200; `unknown_tool`
   * calls a tool that was not offered; `bad_arguments` calls a tool with arguments that fail its schema; `no_choices`
   * answers with neither text nor calls.
   */
  kind: z.enum([
    "latency",
    "status",
    "hang",
    "cut",
    "truncated_json",
    "unknown_tool",
    "bad_arguments",
    "no_choices",
  ]),
  /** Status of a `status` fault; 500 unless given. */
  status: z.int().min(400).max(599).optional(),
  /** Error code of a `status` fault; unless given, the one OpenAI uses with that status. */
  code: z.string().min(1).max(100).optional(),
  /** `Retry-After` header of a `status` fault, in seconds. */
  retryAfterSeconds: z.number().min(0).max(86_400).optional(),
  /** How long a `latency` fault waits, in milliseconds; 1,000 unless given. */
  latencyMs: z.number().min(0).max(3_600_000).optional(),
  /** How many matching calls it hits; 1 unless given. */
  times: z.int().positive().default(1),
  /** How many matching calls it lets pass first; none unless given. */
  after: z.int().min(0).default(0),
  /** The calls it is meant for; all unless given. Every condition must hold. */
  match: z
    .strictObject({
      agent: z.string().optional(),
      conversation: z.string().optional(),
      model: z.string().optional(),
      /** Only calls that are offered a tool of this name. */
      toolNamed: z.string().optional(),
    })
    .optional(),
});

/** A fault to inject: see {@link faultSchema}. */
export type Fault = z.input<typeof faultSchema>;

/** A fault with its defaults filled in. */
export type ActiveFault = z.output<typeof faultSchema>;

/** What `inject` returns. */
export interface FaultHandle {
  /** Names the fault in the control API. */
  id: string;
  /** Ends the fault; harmless when it has run out. */
  remove(): void;
}

interface Entry {
  fault: ActiveFault;
  skipped: number;
  used: number;
}

/** Holds the faults in the order of their injection. */
export class Faults {
  readonly #entries = new Map<string, Entry>();
  #nextId = 1;

  /**
   * Adds a fault.
   *
   * @throws ZodError when it is none
   */
  inject(input: Fault): FaultHandle {
    const fault = faultSchema.parse(input);
    const id = String(this.#nextId++);
    this.#entries.set(id, { fault, skipped: 0, used: 0 });
    return { id, remove: () => void this.#entries.delete(id) };
  }

  /** Ends one fault; false when there is none of that id. */
  remove(id: string): boolean {
    return this.#entries.delete(id);
  }

  /** Ends all faults. */
  clear(): void {
    this.#entries.clear();
  }

  /**
   * The faults that hit this call: any number of latencies, and at most one of another kind, the first injected. Only
   * a fault that is returned is counted as used.
   */
  take(request: SimulatedRequest): ActiveFault[] {
    const taken: ActiveFault[] = [];
    for (const [id, entry] of this.#entries) {
      const { fault } = entry;
      if (!matches(fault, request)) continue;
      if (fault.kind !== "latency" && taken.some(({ kind }) => kind !== "latency")) continue;
      if (entry.skipped < fault.after) {
        entry.skipped += 1;
        continue;
      }
      entry.used += 1;
      if (entry.used >= fault.times) this.#entries.delete(id);
      taken.push(fault);
    }
    return taken;
  }
}

function matches({ kind, match = {} }: ActiveFault, request: SimulatedRequest): boolean {
  // A call without tools has no tool whose arguments could be bad.
  if (kind === "bad_arguments" && request.tools.length === 0) return false;
  return (
    (match.agent === undefined || match.agent === request.agent) &&
    (match.conversation === undefined || match.conversation === request.conversation) &&
    (match.model === undefined || match.model === request.model) &&
    (match.toolNamed === undefined || request.tools.some((tool) => tool.name === match.toolNamed))
  );
}
