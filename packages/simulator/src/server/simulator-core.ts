/** The state that all routes share: the counters, the faults, the script and the settings of one running simulator. */
import { answer } from "../answers/answer.ts";
import { Arrivals } from "../calls/arrivals.ts";
import { Faults } from "../calls/faults.ts";
import { CallLedger } from "../calls/ledger.ts";
import type { StandIn } from "../stand-in.ts";
import type { Reply, SimulatedRequest } from "../wire/simulated-request.ts";

/** Answers a call in the simulator's place; `undefined` leaves it to the simulator. A promise holds the reply. */
export type Script = (request: SimulatedRequest) => Reply | undefined | Promise<Reply | undefined>;

/** What can be changed while the simulator runs. */
export interface Settings {
  /** How long each call waits before its reply, in milliseconds; 0 by default. */
  latencyMs: number;
  /** Whether the model does whatever the text asks; false by default. */
  obedient: boolean;
}

export class SimulatorCore {
  readonly ledger = new CallLedger();
  readonly faults = new Faults();
  readonly arrivals = new Arrivals();
  readonly settings: Settings;
  readonly #standIns: ReadonlyMap<string, StandIn>;
  script: Script | undefined;

  constructor(settings: Settings, standIns: readonly StandIn[]) {
    this.settings = { ...settings };
    this.#standIns = new Map(standIns.map((standIn) => [standIn.instructions, standIn]));
    if (this.#standIns.size < standIns.length)
      throw new Error("Two stand-ins are for the same instructions.");
  }

  /** The reply to a call: the script's, or that of the agent's stand-in. */
  async reply(request: SimulatedRequest): Promise<Reply> {
    const scripted = await this.script?.(request);
    const standIn = this.#standIns.get(request.instructions);
    return scripted ?? answer(request, this.settings.obedient, standIn);
  }

  /** Forgets counters, faults and script; settings stay. */
  reset(): void {
    this.ledger.reset();
    this.faults.clear();
    this.script = undefined;
  }
}
