// Reads an invocation's id as Restate does: its bytes, and the seed of its random numbers, which follows from them.

import { sipHash13 } from "./sip-hash.ts";

const PREFIX = "inv_1";
const DIGITS = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
// A partition key of 64 bits and an id of 128, each in base 62 and padded.
const KEY_DIGITS = 11;
const ID_DIGITS = 22;

/** @throws Error for what is no invocation's id */
export function bytesOfId(id: string): Buffer {
  const digits = id.slice(PREFIX.length);
  if (!id.startsWith(PREFIX) || digits.length !== KEY_DIGITS + ID_DIGITS) {
    throw new Error(`"${id}" is not the id of an invocation, such as ${PREFIX}…`);
  }
  const bytes = Buffer.alloc(24);
  const uuid = numberOf(digits.slice(KEY_DIGITS));
  bytes.writeBigUInt64LE(numberOf(digits.slice(0, KEY_DIGITS)), 0);
  bytes.writeBigUInt64LE(uuid & 0xffff_ffff_ffff_ffffn, 8);
  bytes.writeBigUInt64LE(uuid >> 64n, 16);
  return bytes;
}

/** The seed of `ctx.rand`: the hash that Rust's standard library makes of the id's bytes, their number first. */
export function randomSeedOf(id: Buffer): bigint {
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(id.length));
  return sipHash13(Buffer.concat([length, id]));
}

function numberOf(digits: string): bigint {
  let value = 0n;
  for (const digit of digits) value = value * 62n + BigInt(DIGITS.indexOf(digit));
  return value;
}
