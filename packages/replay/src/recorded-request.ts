// A journal as the request by which Restate would have an endpoint go on with its invocation.

import { frameOf, type Journal } from "./journal.ts";
import { bytesOf, encode, type Field } from "./protocol/frames.ts";
import { bytesOfId, randomSeedOf } from "./protocol/invocation-id.ts";
import { START } from "./protocol/message-types.ts";

/** A request of Restate to an endpoint. */
export interface RecordedRequest {
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly request: Buffer;
}

// The fields of Start.
const ID = 1;
const DEBUG_ID = 2;
const KNOWN_ENTRIES = 3;
const PARTIAL_STATE = 5;
const KEY = 6;
const RANDOM_SEED = 9;

export function requestOf(journal: Journal): RecordedRequest {
  const { invocation, service, handler, key, protocol, entries } = journal;
  const id = bytesOfId(invocation);
  const start: Field[] = [
    [ID, id],
    [DEBUG_ID, Buffer.from(invocation)],
    [KNOWN_ENTRIES, BigInt(entries.length)],
    // What was read of an object's state is in the journal; what is read beyond it would have to be waited for.
    [PARTIAL_STATE, 1n],
    ...(key === undefined ? [] : [[KEY, Buffer.from(key)] satisfies Field]),
    [RANDOM_SEED, randomSeedOf(id)],
  ];
  const contentType = `application/vnd.restate.invocation.v${protocol}`;
  return {
    path: `/invoke/${service}/${handler}`,
    headers: { "content-type": contentType, accept: contentType },
    request: bytesOf([{ type: START, payload: encode(start) }, ...entries.map(frameOf)]),
  };
}
