// The messages of Restate's service protocol, as far as a journal has to be read and written: framing, and the fields of each
// message by number. https://github.com/restatedev/sdk-shared-core/blob/main/service-protocol has the definitions.

/** One message: its type, and its fields undecoded. */
export interface Frame {
  readonly type: number;
  readonly payload: Buffer;
}

/** A protobuf field: its number, and a number or bytes. */
export type Field = readonly [number: number, value: bigint | Buffer];

const HEADER_BYTES = 8;

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
export function fieldsOf({ payload }: Pick<Frame, "payload">): Field[] {
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

/** The bytes of messages, as they go over the wire. */
export function bytesOf(frames: readonly Frame[]): Buffer {
  return Buffer.concat(
    frames.flatMap(({ type, payload }) => {
      const header = Buffer.alloc(HEADER_BYTES);
      header.writeUInt16BE(type, 0);
      header.writeUInt32BE(payload.length, 4);
      return [header, payload];
    }),
  );
}

// Protobuf's wire types.
const VARINT = 0;
const BYTES = 2;

/** Fields as a protobuf message. */
export function encode(fields: readonly Field[]): Buffer {
  return Buffer.concat(
    fields.flatMap(([number, value]) =>
      typeof value === "bigint"
        ? [varint(BigInt((number << 3) | VARINT)), varint(value)]
        : [varint(BigInt((number << 3) | BYTES)), varint(BigInt(value.length)), value],
    ),
  );
}

function varint(value: bigint): Buffer {
  const bytes: number[] = [];
  let rest = value;
  for (; rest >= 0x80n; rest >>= 7n) bytes.push(Number(rest & 0x7fn) | 0x80);
  bytes.push(Number(rest));
  return Buffer.from(bytes);
}
