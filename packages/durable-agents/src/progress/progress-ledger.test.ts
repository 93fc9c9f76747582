import { testSeed } from "@holdfast/testing";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  type ProgressFrame,
  progressBatchSchema,
  progressFrameSchema,
  type WireProgressBatch,
  type WireProgressEvent,
} from "./progress-events.ts";
import { emptyLedger, record } from "./progress-ledger.ts";
import { EMPTY_PROGRESS_VIEW, foldProgress } from "./progress-view.ts";

const RUN = "inv_a/1";
const agent = "Agent";

function framesOf(batches: readonly WireProgressEvent[][], run = RUN): ProgressFrame[] {
  let ledger = emptyLedger();
  return batches.flatMap((events) => {
    const batch: WireProgressBatch = { v: 1, run, sentAt: 1, events };
    const recorded = record(ledger, progressBatchSchema.parse(JSON.parse(JSON.stringify(batch))));
    ledger = JSON.parse(JSON.stringify(recorded.ledger));
    return recorded.frames;
  });
}

const started: WireProgressEvent[] = [
  { n: 0, type: "run_started", agent },
  { n: 1, type: "model_started", agent, step: 0 },
];
const ended: WireProgressEvent[] = [
  { n: 2, type: "model_ended", agent, step: 0, text: "all of it" },
  { n: 3, type: "run_ended", agent, outcome: "completed" },
];
const text = (execution: string, n: number, delta: string): WireProgressEvent => ({
  type: "text",
  step: 0,
  execution,
  n,
  delta,
});
const failed = (execution: string, n: number): WireProgressEvent => ({
  type: "failed",
  step: 0,
  execution,
  n,
});

/** What of the model calls' frames matters here. */
function told(batches: readonly WireProgressEvent[][]): unknown[] {
  return framesOf(batches).flatMap((frame) => {
    if (frame.type === "text_delta") return [[frame.attempt, frame.seq, frame.delta]];
    return frame.type === "reset" ? [[frame.attempt, "reset"]] : [];
  });
}

describe("the ledger", () => {
  it("numbers frames and gives deltas the step's agent", () => {
    const frames = framesOf([started, [text("a", 0, "all "), text("a", 1, "of it")], ended]);
    expect(frames.map(({ id }) => id)).toEqual([1, 2, 3, 4, 5, 6]);
    expect(frames[3]).toEqual({
      v: 1,
      id: 4,
      run: RUN,
      type: "text_delta",
      agent,
      step: 0,
      attempt: 1,
      seq: 1,
      delta: "of it",
    });
    for (const frame of frames) expect(progressFrameSchema.parse(frame)).toEqual(frame);
  });

  it.each<[string, WireProgressEvent[][], unknown[]]>([
    ["a batch that comes twice", [[text("a", 0, "al")], [text("a", 0, "al")]], [[1, 0, "al"]]],
    ["a delta after a lost one", [[text("a", 0, "al")], [text("a", 2, "of")]], [[1, 0, "al"]]],
    [
      "a failure, at once",
      [[text("a", 0, "al")], [failed("a", 1)], [text("b", 0, "all")]],
      [
        [1, 0, "al"],
        [1, "reset"],
        [2, 0, "all"],
      ],
    ],
    [
      "a failure before the first word",
      [[failed("a", 0)], [text("b", 0, "all")]],
      [
        [1, "reset"],
        [2, 0, "all"],
      ],
    ],
    [
      "a failure after a lost delta",
      [[text("a", 0, "al")], [failed("a", 2)], [failed("a", 2)]],
      [
        [1, 0, "al"],
        [1, "reset"],
      ],
    ],
    [
      "another execution after a crash, and what the first one still says",
      [
        [text("a", 0, "al")],
        [text("b", 0, "all")],
        [text("a", 1, "l")],
        [failed("a", 2)],
        [text("b", 1, " of")],
      ],
      [
        [1, 0, "al"],
        [1, "reset"],
        [2, 0, "all"],
        [2, 1, " of"],
      ],
    ],
  ])("takes %s", (_name, batches, expected) => {
    expect(told([started, ...batches])).toEqual(expected);
  });

  it("takes nothing after a model call's end", () => {
    expect(told([started, ended, [text("a", 0, "late")], [failed("a", 1)]])).toEqual([]);
  });

  it("remembers a run of which nothing new comes, but not for ever", () => {
    let ledger = emptyLedger();
    const tell = (run: string, events: WireProgressEvent[]) => {
      const recorded = record(ledger, { v: 1, run, sentAt: 1, events });
      ledger = recorded.ledger;
      return recorded.frames.length;
    };
    expect(tell("first", started)).toBe(2);
    for (let run = 0; run < 20; run++) tell(`run ${run}`, started);
    expect(tell("first", started)).toBe(0);
    for (let run = 0; run < 200; run++) tell(`other ${run}`, started);
    expect(Object.keys(ledger.runs)).toHaveLength(32);
  });
});

// The property: a run of several model calls, some of them for an agent used as a tool. Each is executed a few times;
// all but the last executions fail or are cut off by a crash. After a crash another process tells the run from its
// beginning, while what the first one had in hand may still arrive, may come twice, or may get lost.

interface StepPlan {
  readonly nested: boolean;
  readonly executions: readonly { readonly deltas: readonly string[]; readonly end: "failed" | "crash" }[];
  readonly answer: readonly string[];
}

const deltas = fc.array(fc.string({ minLength: 1, maxLength: 4 }), { maxLength: 4 });
const stepPlan: fc.Arbitrary<StepPlan> = fc.record({
  nested: fc.boolean(),
  executions: fc.array(fc.record({ deltas, end: fc.constantFrom("failed" as const, "crash" as const) }), {
    maxLength: 3,
  }),
  answer: deltas,
});

/** The events that each process tells, in order. */
function processesOf(steps: readonly StepPlan[]): WireProgressEvent[][] {
  const lane: WireProgressEvent[] = [{ n: 0, type: "run_started", agent }];
  const processes: WireProgressEvent[][] = [[...lane]];
  const tell = (event: WireProgressEvent) => {
    processes.at(-1)?.push(event);
  };
  const tellOfRun = (event: WireProgressEvent) => {
    lane.push(event);
    tell(event);
  };
  steps.forEach(({ nested, executions, answer }, step) => {
    const at = nested ? { agent: "Inner", parent: "call", step } : { agent, step };
    tellOfRun({ n: lane.length, type: "model_started", ...at });
    executions.forEach(({ deltas, end }, number) => {
      const execution = `${step}.${number}`;
      for (const [n, delta] of deltas.entries()) tell({ type: "text", step, execution, n, delta });
      if (end === "failed") tell({ type: "failed", step, execution, n: deltas.length });
      else processes.push([...lane]);
    });
    const execution = `${step}.last`;
    for (const [n, delta] of answer.entries()) tell({ type: "text", step, execution, n, delta });
    tellOfRun({ n: lane.length, type: "model_ended", ...at, text: answer.join("") });
  });
  tellOfRun({ n: lane.length, type: "run_ended", agent, outcome: "completed" });
  return processes;
}

/** Random numbers below a bound, as a plan that fast-check can shrink. */
const choices = fc.infiniteStream(fc.nat({ max: 1_000 }));

/** Cuts what processes tell into batches, and lets them arrive late, twice, or without some deltas. */
function arrivals(
  processes: WireProgressEvent[][],
  choice: (below: number) => number,
): WireProgressEvent[][] {
  const queues = processes.map((events, process) => {
    const last = process === processes.length - 1;
    const sent = events.filter((event) => (event.type === "text" ? choice(10) > 0 : true));
    const batches: WireProgressEvent[][] = [];
    while (sent.length > 0) {
      const batch = sent.splice(0, 1 + choice(5));
      batches.push(batch);
      if (choice(4) === 0) batches.push(batch);
    }
    // What a killed process had in hand is gone.
    return last ? batches : batches.slice(0, batches.length - choice(3));
  });
  const arrived: WireProgressEvent[][] = [];
  for (let open = 1; queues.some((queue) => queue.length > 0); ) {
    if (open < queues.length && (queues.slice(0, open).every((q) => q.length === 0) || choice(4) === 0))
      open++;
    const batch = queues[choice(open)]?.shift();
    if (!batch) continue;
    arrived.push(batch);
    // A repetition may come at any time.
    const again = arrived[choice(arrived.length)];
    if (again && choice(8) === 0) arrived.push(again);
  }
  return arrived;
}

/** The texts of all steps, as a reader holds them; checks after each frame that none holds anything twice. */
function readAll(frames: readonly ProgressFrame[], said: (step: number) => string[]): Map<number, string> {
  const texts = new Map<number, string>();
  for (const frame of frames) {
    if (frame.type === "model_started" || frame.type === "reset") texts.set(frame.step, "");
    if (frame.type === "model_ended") texts.set(frame.step, frame.text);
    if (frame.type !== "text_delta") continue;
    const text = texts.get(frame.step) + frame.delta;
    texts.set(frame.step, text);
    if (!said(frame.step).some((whole) => whole.startsWith(text))) throw new Error(`nobody said "${text}"`);
  }
  return texts;
}

describe("whatever arrives", () => {
  it("readers never hold a text twice, and in the end the model's answers", { timeout: 30_000 }, () => {
    fc.assert(
      fc.property(fc.array(stepPlan, { minLength: 1, maxLength: 4 }), choices, (steps, random) => {
        const choice = (below: number) => random.next().value % below;
        const processes = processesOf(steps);
        const frames = framesOf(arrivals(processes, choice));
        const said = (step: number) => {
          const plan = steps[step];
          return plan
            ? [...plan.executions.map(({ deltas }) => deltas), plan.answer].map((d) => d.join(""))
            : [];
        };
        const texts = readAll(frames, said);
        expect([...texts].sort(([a], [b]) => a - b)).toEqual(
          steps.map(({ answer }, step) => [step, answer.join("")]),
        );
        // Each event of the run once.
        const ofRun = frames.filter(({ type }) => type !== "text_delta" && type !== "reset");
        expect(ofRun.map((frame) => "seq" in frame && frame.seq)).toEqual(ofRun.map((_frame, n) => n));
        expect(ofRun).toHaveLength(2 + 2 * steps.length);

        // A reader whose connection breaks, and who is sent some frames again.
        let view = EMPTY_PROGRESS_VIEW;
        for (let at = 0; at < frames.length; at++) {
          const frame = frames[at];
          if (frame) view = foldProgress(view, frame);
          const { step, text } = view;
          const whole = step === undefined ? [text] : said(step);
          if (!whole.some((all) => all.startsWith(text))) throw new Error(`nobody said "${text}"`);
          if (choice(6) === 0) at = Math.max(-1, at - choice(4));
        }
        const shown = steps.findLast(({ nested }) => !nested);
        expect(view).toMatchObject({ status: "completed", text: shown?.answer.join("") ?? "", tools: [] });
      }),
      { seed: testSeed(), numRuns: 300 },
    );
  });
});
