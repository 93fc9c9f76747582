// Replaces the bodies and texts in a journal's entries: inputs, results, values of the state, messages of failures.

import { encode, type Field, type Frame, fieldsOf } from "./protocol/frames.ts";

/** What an entry brings into the handler, or what the handler made of it. */
export type Direction = "in" | "out";

export interface ContentMapper {
  /** A body: an input, a result, a value of the state. */
  readonly body: (bytes: Buffer, direction: Direction) => Buffer;
  /** A line of text: a failure's message, the key that a call goes to. */
  readonly text: (text: string, direction: Direction) => string;
}

type Kind = "value" | "bytes" | "failure" | "text" | "dropped";
type Layout = Readonly<Record<number, Kind>>;

// Headers of the request that began it are read by nobody else, and may hold anything.
const INPUT: Layout = { 1: "dropped", 14: "value" };
const RESULT: Layout = { 5: "value", 6: "failure" };

const OUT: Readonly<Record<number, Layout>> = {
  1025: { 14: "value", 15: "failure" }, // Output
  1027: { 3: "value" }, // SetState
  1035: { 2: "value", 3: "failure" }, // CompletePromise
  1037: { 3: "bytes", 5: "text" }, // Call
  1038: { 3: "bytes", 6: "text" }, // OneWayCall
  1040: { 5: "value", 6: "failure" }, // SendSignal
  1044: { 2: "value", 3: "failure" }, // CompleteAwakeable
};
const IN: Readonly<Record<number, Layout>> = {
  1024: INPUT,
  1031: { 14: "value" }, // GetEagerState
};
const NOTIFICATIONS = 0x8000;

/** The entry with its contents replaced. */
export function mapContents(frame: Frame, mapper: ContentMapper): Frame {
  const direction = frame.type in OUT ? "out" : "in";
  const layout = OUT[frame.type] ?? IN[frame.type] ?? (frame.type >= NOTIFICATIONS ? RESULT : {});
  const fields = fieldsOf(frame).flatMap((field) => mapField(field, layout, direction, mapper));
  return { type: frame.type, payload: encode(fields) };
}

function mapField(
  [number, value]: Field,
  layout: Layout,
  direction: Direction,
  mapper: ContentMapper,
): Field[] {
  const kind = layout[number];
  if (kind === undefined || typeof value === "bigint") return [[number, value]];
  switch (kind) {
    case "dropped":
      return [];
    case "bytes":
      return [[number, mapper.body(value, direction)]];
    case "text":
      return [[number, Buffer.from(mapper.text(value.toString(), direction))]];
    case "value":
      return [[number, within(value, { 1: (bytes) => mapper.body(bytes, direction) })]];
    case "failure":
      return [
        [number, within(value, { 2: (bytes) => Buffer.from(mapper.text(bytes.toString(), direction)) })],
      ];
  }
}

/** Replaces fields of a message within a message. */
function within(payload: Buffer, replace: Readonly<Record<number, (bytes: Buffer) => Buffer>>): Buffer {
  return encode(
    fieldsOf({ payload }).map(([number, value]) => {
      const change = replace[number];
      return [number, change && typeof value !== "bigint" ? change(value) : value];
    }),
  );
}
