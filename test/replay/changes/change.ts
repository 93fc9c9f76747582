// A change to code: in one file, or in two, some text in place of another.

export interface Edit {
  /** From the root of the repository on. */
  readonly file: string;
  readonly from: string;
  readonly to: string;
}

export interface Change extends Edit {
  readonly what: string;
  /** The Restate service whose journals are replayed. */
  readonly service: string;
  readonly also?: Edit;
}

/** A change that some of the journals do not survive. */
export interface BreakingChange extends Change {
  /** What the journal has where the two part, as replay-check says. */
  readonly step: string;
  readonly cause: string;
}
