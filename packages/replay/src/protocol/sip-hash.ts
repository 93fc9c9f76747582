// SipHash-1-3 with a key of zeros, as Rust's `DefaultHasher`. https://www.aumasson.jp/siphash/siphash.pdf

const MASK = 0xffff_ffff_ffff_ffffn;

export function sipHash13(data: Buffer): bigint {
  let [v0, v1, v2, v3] = [0x736f6d6570736575n, 0x646f72616e646f6dn, 0x6c7967656e657261n, 0x7465646279746573n];
  const round = () => {
    v0 = (v0 + v1) & MASK;
    v1 = rotate(v1, 13n) ^ v0;
    v0 = rotate(v0, 32n);
    v2 = (v2 + v3) & MASK;
    v3 = rotate(v3, 16n) ^ v2;
    v0 = (v0 + v3) & MASK;
    v3 = rotate(v3, 21n) ^ v0;
    v2 = (v2 + v1) & MASK;
    v1 = rotate(v1, 17n) ^ v2;
    v2 = rotate(v2, 32n);
  };
  const take = (word: bigint) => {
    v3 ^= word;
    round();
    v0 ^= word;
  };
  const whole = data.length - (data.length % 8);
  for (let at = 0; at < whole; at += 8) take(data.readBigUInt64LE(at));
  const last = Buffer.alloc(8);
  data.copy(last, 0, whole);
  last.writeUInt8(data.length & 0xff, 7);
  take(last.readBigUInt64LE());
  v2 ^= 0xffn;
  for (let i = 0; i < 3; i++) round();
  return v0 ^ v1 ^ v2 ^ v3;
}

function rotate(value: bigint, bits: bigint): bigint {
  return ((value << bits) | (value >> (64n - bits))) & MASK;
}
