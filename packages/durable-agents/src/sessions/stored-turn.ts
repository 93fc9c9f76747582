// The stored form of the running turn of a Virtual Object's conversation.

/** The turn that was begun last: the id of its invocation, and whether it still runs. */
export interface WireSessionTurn {
  readonly v: 1;
  readonly id: string;
  readonly running: boolean;
}
