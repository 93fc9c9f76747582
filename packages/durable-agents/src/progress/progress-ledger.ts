// Makes numbered frames of the events of runs, whatever is sent twice, comes late or gets lost on the way. It is used
// by topics and by the process of the run itself.
//
//  L1  An event of the replayed code makes at most one frame, however often it is reported.
//  L2  What readers hold of a step's text is always a beginning of what one execution has said: a lost delta ends what
//      is shown of it. Before another execution is shown, they get a reset.
//  L3  The text in `model_ended` is the journaled one and counts, whatever was shown before. Nothing is shown after it.

import type {
  FrameBody,
  ProgressFrame,
  WireExecutionEvent,
  WireProgressBatch,
  WireProgressLedger,
  WireRunEvent,
  WireRunProgress,
  WireStepProgress,
} from "./progress-events.ts";

/** A run that ended long ago may be replayed, but not after so many others. */
const MAX_RUNS = 32;

/** A ledger of no run. @param last the id before that of its first frame */
export function emptyLedger(last = 0): WireProgressLedger {
  return { v: 1, last, runs: {} };
}

/** Takes the events of one batch in. */
export function record(
  ledger: WireProgressLedger,
  batch: WireProgressBatch,
): { readonly ledger: WireProgressLedger; readonly frames: readonly ProgressFrame[] } {
  const { [batch.run]: known, ...others } = ledger.runs;
  const run = new RunLedger(batch.run, known, ledger.last);
  for (const event of batch.events) {
    if (event.type === "text" || event.type === "failed") run.execution(event);
    else run.event(event);
  }
  const runs = { ...Object.fromEntries(Object.entries(others).slice(1 - MAX_RUNS)), [batch.run]: run.state };
  return { ledger: { v: 1, last: ledger.last + run.frames.length, runs }, frames: run.frames };
}

class RunLedger {
  readonly frames: ProgressFrame[] = [];
  readonly #run: string;
  readonly #before: number;
  #seen: number;
  readonly #steps: Map<string, WireStepProgress>;

  constructor(run: string, known: WireRunProgress | undefined, before: number) {
    this.#run = run;
    this.#before = before;
    this.#seen = known?.seen ?? -1;
    this.#steps = new Map(Object.entries(known?.steps ?? {}));
  }

  get state(): WireRunProgress {
    return { seen: this.#seen, steps: Object.fromEntries(this.#steps) };
  }

  event({ n, ...event }: WireRunEvent): void {
    if (n <= this.#seen) return;
    this.#seen = n;
    if (event.type === "model_started") {
      const { agent, parent, step } = event;
      this.#steps.set(String(step), { agent, ...(parent && { parent }), attempt: 0, next: 0, shown: false });
    }
    if (event.type === "model_ended") this.#steps.delete(String(event.step));
    if (event.type === "run_ended") this.#steps.clear();
    this.#add({ ...event, seq: n });
  }

  execution(event: WireExecutionEvent): void {
    let progress = this.#steps.get(String(event.step));
    if (!progress) return;
    const { agent, parent } = progress;
    const at = { agent, ...(parent && { parent }), step: event.step };
    if (event.execution !== progress.execution) {
      // One that was shown before, or whose beginning is lost.
      if (event.n !== 0) return;
      const { attempt, next, shown } = progress;
      if (shown) this.#add({ type: "reset", ...at, attempt, seq: next });
      progress = { ...progress, execution: event.execution, attempt: attempt + 1, next: 0, shown: false };
    }
    const { attempt, next, shown } = progress;
    if (event.type === "failed") {
      if (event.n < next) return;
      this.#add({ type: "reset", ...at, attempt, seq: next });
      progress = { ...progress, next: event.n + 1, shown: false };
    } else {
      if (event.n !== next) return;
      this.#add({ type: "text_delta", ...at, attempt, seq: next, delta: event.delta });
      progress = { ...progress, next: next + 1, shown: shown || event.delta !== "" };
    }
    this.#steps.set(String(event.step), progress);
  }

  #add(frame: FrameBody & { readonly seq: number }): void {
    const id = this.#before + this.frames.length + 1;
    this.frames.push({ v: 1, id, run: this.#run, ...frame });
  }
}
