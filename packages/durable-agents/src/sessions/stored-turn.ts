// Which turn of a Virtual Object's conversation runs, as stored in the object's state.

/** The turn that was begun last: the id of its invocation, and whether it still runs. */
export interface WireSessionTurn {
  readonly v: 1;
  readonly id: string;
  readonly running: boolean;
}
