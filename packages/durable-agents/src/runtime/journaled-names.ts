// Reads the names under which an invocation's steps were journaled, as far as an attempt replays them. Restate compares
// names: one that holds something configurable, such as a model's, must stay what it was when the step ran.
// Uses private parts of Restate's SDK: `coreVm` of a context, its methods `notify_input` and `last_command_index`.

import type { Context } from "@restatedev/restate-sdk";

// https://github.com/restatedev/sdk-shared-core/blob/main/service-protocol: a message is a header of type (16 bits), flags
// (16) and length (32), and a protobuf message.
const HEADER_BYTES = 8;
const FIRST_COMMAND = 0x0400;
const LAST_COMMAND = 0x04ff;
const RUN_COMMAND = 0x0411;
const NAME_FIELD = 12;

/** What a journal holds at one place: the name of a step, or null for what is no step. */
export type Journaled = string | null;

/** The names of the run commands in a stream of messages. */
export class RunNames {
  readonly #names = new Map<number, string>();
  #commands = 0;
  #unread: Uint8Array = new Uint8Array();
  #skip = 0;

  /** The command at this index, of which the first is the input; undefined where there is none. */
  at(index: number): Journaled | undefined {
    return this.#names.get(index) ?? (index < this.#commands ? null : undefined);
  }

  /** Reads the next bytes of the stream, cut anywhere. Results and arguments, which may be large, are not kept. */
  read(chunk: Uint8Array): void {
    const bytes = Buffer.concat([this.#unread, chunk]);
    let at = Math.min(this.#skip, bytes.length);
    this.#skip -= at;
    while (at + HEADER_BYTES <= bytes.length) {
      const type = bytes.readUInt16BE(at);
      const end = at + HEADER_BYTES + bytes.readUInt32BE(at + 4);
      if (type === RUN_COMMAND) {
        if (end > bytes.length) break;
        this.#names.set(this.#commands, nameIn(bytes.subarray(at + HEADER_BYTES, end)));
      }
      if (type >= FIRST_COMMAND && type <= LAST_COMMAND) this.#commands++;
      this.#skip = Math.max(0, end - bytes.length);
      at = Math.min(end, bytes.length);
    }
    // A copy: a view would hold the whole chunk.
    this.#unread = Uint8Array.from(bytes.subarray(at));
  }
}

function nameIn(message: Buffer): string {
  let at = 0;
  const varint = (): number => {
    for (let value = 0, scale = 1; ; scale *= 128) {
      const byte = message[at++] ?? 0;
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) return value;
    }
  };
  while (at < message.length) {
    const tag = varint();
    const value = varint();
    if ((tag & 7) !== 2) continue;
    if (tag >>> 3 === NAME_FIELD) return message.toString("utf8", at, at + value);
    at += value;
  }
  return "";
}

const namesOf = new WeakMap<object, RunNames>();
const installed = new WeakSet<object>();

/**
 * What comes next in the journal. Undefined where the attempt does not replay it, and in the first attempt of a process, whose
 * journal came before this was installed: if a name differs there, Restate makes another attempt, which reads it.
 */
export function nextJournaled(context: Context): Journaled | undefined {
  const vm: unknown = Reflect.get(context, "coreVm");
  if (typeof vm !== "object" || vm === null) return undefined;
  install(Object.getPrototypeOf(vm));
  const lastIndex: unknown = Reflect.get(vm, "last_command_index");
  if (typeof lastIndex !== "function") return undefined;
  return namesOf.get(vm)?.at(Number(Reflect.apply(lastIndex, vm, [])) + 1);
}

function install(prototype: object): void {
  if (installed.has(prototype)) return;
  installed.add(prototype);
  const original: unknown = Reflect.get(prototype, "notify_input");
  if (typeof original !== "function") return;
  const notifyInput = function (this: object, bytes: Uint8Array) {
    const names = namesOf.get(this) ?? new RunNames();
    namesOf.set(this, names);
    names.read(bytes);
    return Reflect.apply(original, this, [bytes]);
  };
  Object.defineProperty(prototype, "notify_input", {
    value: notifyInput,
    configurable: true,
    writable: true,
  });
}
