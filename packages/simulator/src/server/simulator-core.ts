/** What all routes share: the counters, the faults, the script and the settings of one running simulator. */
import { Arrivals } from "../calls/arrivals.ts";
import { Faults } from "../calls/faults.ts";
import { CallLedger } from "../calls/ledger.ts";
import { answerByRules } from "../rules/engine.ts";
import type { Reply, SimulatedRequest } from "../wire/simulated-request.ts";

/** Answers a call instead of the rules; `undefined` leaves it to them. A promise holds the reply. */
export type Script = (request: SimulatedRequest) => Reply | undefined | Promise<Reply | undefined>;

/** What can be changed while the simulator runs. */
export interface Settings {
  /** How long each call waits before its reply, in milliseconds. */
  latencyMs: number;
  /** Whether the model does whatever the text asks. */
  obedient: boolean;
}

/** The state of one simulator. */
export class SimulatorCore {
  readonly ledger = new CallLedger();
  readonly faults = new Faults();
  readonly arrivals = new Arrivals();
  readonly settings: Settings;
  script: Script | undefined;

  constructor(settings: Settings) {
    this.settings = { ...settings };
  }

  /** The reply to a call: the script's, or the rules'. */
  async reply(request: SimulatedRequest): Promise<Reply> {
    const scripted = await this.script?.(request);
    return scripted ?? answerByRules(request, { obedient: this.settings.obedient });
  }

  /** Forgets counters, faults and script; settings stay. */
  reset(): void {
    this.ledger.reset();
    this.faults.clear();
    this.script = undefined;
  }
}
