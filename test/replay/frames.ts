// The messages of Restate's service protocol, as far as a recording has to be read: framing, and the fields of each
// message by number. https://github.com/restatedev/sdk-shared-core/blob/main/service-protocol has the definitions.

/** One message: its type, and its fields undecoded. */
export interface Frame {
  readonly type: number;
  readonly payload: Buffer;
}

/** A protobuf field: its number, and a number or bytes. */
export type Field = readonly [number: number, value: bigint | Buffer];

const HEADER_BYTES = 8;

export const START = 0x0000;
export const SUSPENSION = 0x0001;
export const ERROR = 0x0002;
export const END = 0x0003;
export const PROPOSE_RUN_COMPLETION = 0x0005;
export const OUTPUT_COMMAND = 0x0401;
export const SLEEP_COMMAND = 0x040c;

const NAMES: ReadonlyMap<number, string> = new Map([
  [START, "Start"],
  [SUSPENSION, "Suspension"],
  [ERROR, "Error"],
  [END, "End"],
  [PROPOSE_RUN_COMPLETION, "ProposeRunCompletion"],
  [0x0400, "Input"],
  [OUTPUT_COMMAND, "Output"],
  [0x0402, "GetLazyState"],
  [0x0403, "SetState"],
  [0x0404, "ClearState"],
  [0x0405, "ClearAllState"],
  [0x0406, "GetLazyStateKeys"],
  [0x0407, "GetEagerState"],
  [0x0408, "GetEagerStateKeys"],
  [0x0409, "GetPromise"],
  [0x040a, "PeekPromise"],
  [0x040b, "CompletePromise"],
  [SLEEP_COMMAND, "Sleep"],
  [0x040d, "Call"],
  [0x040e, "OneWayCall"],
  [0x0410, "SendSignal"],
  [0x0411, "Run"],
  [0x0412, "AttachInvocation"],
  [0x0413, "GetInvocationOutput"],
  [0x0414, "CompleteAwakeable"],
]);

export function nameOf({ type }: Frame): string {
  return NAMES.get(type) ?? `Message 0x${type.toString(16)}`;
}

/** The whole messages in a stream's bytes so far; a message that is cut off at the end is left out. */
export function framesOf(bytes: Buffer): Frame[] {
  const frames: Frame[] = [];
  for (let at = 0; at + HEADER_BYTES <= bytes.length; ) {
    const end = at + HEADER_BYTES + bytes.readUInt32BE(at + 4);
    if (end > bytes.length) break;
    frames.push({ type: bytes.readUInt16BE(at), payload: bytes.subarray(at + HEADER_BYTES, end) });
    at = end;
  }
  return frames;
}

/** How many bytes the first `count` messages take. */
export function lengthOf(bytes: Buffer, count: number): number {
  return framesOf(bytes)
    .slice(0, count)
    .reduce((total, { payload }) => total + HEADER_BYTES + payload.length, 0);
}

/** @throws Error when the payload is no protobuf message */
export function fieldsOf({ payload }: Frame): Field[] {
  const fields: Field[] = [];
  let at = 0;
  const varint = (): bigint => {
    for (let value = 0n, shift = 0n; ; shift += 7n) {
      const byte = payload.readUInt8(at++);
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
  };
  const bytes = (length: number): Buffer => {
    at += length;
    return payload.subarray(at - length, at);
  };
  while (at < payload.length) {
    const tag = Number(varint());
    const wireType = tag & 7;
    if (wireType === 0) fields.push([tag >> 3, varint()]);
    else if (wireType === 1) fields.push([tag >> 3, bytes(8)]);
    else if (wireType === 2) fields.push([tag >> 3, bytes(Number(varint()))]);
    else if (wireType === 5) fields.push([tag >> 3, bytes(4)]);
    else throw new Error(`protobuf wire type ${wireType} is not known`);
  }
  return fields;
}
