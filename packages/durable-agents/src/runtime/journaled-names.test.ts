import fc from "fast-check";
import { expect, it } from "vitest";
import { RunNames } from "./journaled-names.ts";

const START = 0x0000;
const INPUT = 0x0400;
const RUN = 0x0411;
const SLEEP = 0x040c;
const RUN_COMPLETION = 0x8011;

function message(type: number, payload: Buffer): Buffer {
  const header = Buffer.alloc(8);
  header.writeUInt16BE(type, 0);
  header.writeUInt32BE(payload.length, 4);
  return Buffer.concat([header, payload]);
}

/** Of a run command: field 11 is the completion's id, field 12 the name. */
function run(name: string): Buffer {
  const text = Buffer.from(name);
  return message(RUN, Buffer.concat([Buffer.from([11 << 3, 7, (12 << 3) | 2, text.length]), text]));
}

const sleep = message(SLEEP, Buffer.from([]));
const completion = (bytes: number) => message(RUN_COMPLETION, Buffer.alloc(bytes, 1));
const head = [message(START, Buffer.from([1, 2])), message(INPUT, Buffer.from("input"))];

it("finds the name of each run command by its index among the commands, however the bytes are cut", () => {
  const names = fc.array(fc.option(fc.string({ maxLength: 40 })), { maxLength: 8 });
  const cuts = fc.array(fc.integer({ min: 1, max: 50 }), { minLength: 1 });
  fc.assert(
    fc.property(names, cuts, fc.nat(200), (commands, sizes, resultBytes) => {
      const parts = commands.flatMap((name) =>
        name === null ? [sleep] : [run(name), completion(resultBytes)],
      );
      const stream = Buffer.concat([...head, ...parts]);
      const read = new RunNames();
      for (let at = 0, n = 0; at < stream.length; n++) {
        const size = sizes[n % sizes.length] ?? 1;
        read.read(stream.subarray(at, at + size));
        at += size;
      }
      expect(commands.map((_, i) => read.at(i + 1))).toEqual(commands);
      expect([read.at(0), read.at(commands.length + 1)]).toEqual([null, undefined]);
    }),
  );
});
