export { type ReplayCheck, replayCheck } from "./check.ts";
export { type ExportOptions, exportJournals } from "./export.ts";
export type { Journal, JournalEntry } from "./journal.ts";
export { JournalFileError, readJournals, writeJournal } from "./journal-files.ts";
export type { Mismatch } from "./mismatch.ts";
export { bytesOf, encode, type Field, type Frame, fieldsOf, framesOf, lengthOf } from "./protocol/frames.ts";
export {
  END,
  ERROR,
  nameOf,
  OUTPUT_COMMAND,
  PROPOSE_RUN_COMPLETION,
  SLEEP_COMMAND,
  START,
  SUSPENSION,
} from "./protocol/message-types.ts";
export { type RecordedRequest, requestOf } from "./recorded-request.ts";
export { reissuing } from "./reissue.ts";
export { type Replay, type RestateServices, replayer } from "./replay.ts";
export { type StandInOptions, StandIns } from "./stand-ins.ts";
