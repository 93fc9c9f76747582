/** What a rule line means, once read. The grammar is in this package's README. */

/** A literal of a rule line. Bare words are text. */
export type Literal = string | number | boolean;

/** How a field is compared. */
export type Operator =
  | "is"
  | "is not"
  | "is more than"
  | "is less than"
  | "is at least"
  | "is at most"
  | "mentions";

/** One comparison. `literals` are alternatives: `risk is high or medium`. */
export interface Comparison {
  /** The field's path: `fraud.risk` is `["fraud", "risk"]`. */
  field: string[];
  operator: Operator;
  literals: Literal[];
}

/** What a rule line brings about. */
export type Action = { type: "assign"; field: string[]; value: Literal } | { type: "call"; tool: string };

/** A rule line. */
export interface Rule {
  /** Alternatives, each a list of comparisons that must all hold; `undefined` for `Otherwise`. */
  when: Comparison[][] | undefined;
  actions: Action[];
}
