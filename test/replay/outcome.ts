// The outcome of an attempt, as far as it must not change: the answer of a version of the library to an old journal is
// compared in this form.

import {
  ERROR,
  type Field,
  type Frame,
  fieldsOf,
  framesOf,
  nameOf,
  PROPOSE_RUN_COMPLETION,
  SLEEP_COMMAND,
  SUSPENSION,
} from "@holdfast/replay";

/** An attempt's answer to Restate. */
export interface Outcome {
  /** The operations it started that were not in the journal yet, in order, with their names and arguments. */
  readonly commands: readonly string[];
  /** The steps it ran, and whether they succeeded. What they returned may be of a newer form: nobody has read it yet. */
  readonly steps: readonly string[];
  /** How it ended: in a suspension, an error, or with the invocation. */
  readonly end: string;
}

// The fields of a message that follow from the clock or from where the code lies.
const VARYING: ReadonlyMap<number, ReadonlySet<number>> = new Map([
  [SLEEP_COMMAND, new Set([1])], // wake_up_time
  [ERROR, new Set([3])], // stacktrace
]);
// Of ProposeRunCompletion.
const COMPLETION_ID = 1;
const FAILURE = 15;

/** Reads the bytes that an endpoint answered. */
export function outcomeOf(response: Buffer): Outcome {
  const frames = framesOf(response);
  const last = frames.at(-1);
  const proposals = frames.filter(({ type }) => type === PROPOSE_RUN_COMPLETION);
  const commands = frames.slice(0, -1).filter(({ type }) => type !== PROPOSE_RUN_COMPLETION);
  return {
    commands: commands.map(describe),
    // Steps that run side by side finish in any order.
    steps: proposals.map(describeProposal).sort(),
    end: last === undefined ? "nothing" : last.type === SUSPENSION ? nameOf(last) : describe(last),
  };
}

function describe(frame: Frame): string {
  const varying = VARYING.get(frame.type);
  const fields = fieldsOf(frame).filter(([number]) => !varying?.has(number));
  return [nameOf(frame), ...fields.map(describeField)].join(" ");
}

function describeField([number, value]: Field): string {
  return `${number}=${typeof value === "bigint" ? value : JSON.stringify(value.toString("latin1"))}`;
}

function describeProposal(frame: Frame): string {
  const fields = new Map(fieldsOf(frame));
  return `step ${fields.get(COMPLETION_ID)} ${fields.has(FAILURE) ? "failed" : "succeeded"}`;
}
