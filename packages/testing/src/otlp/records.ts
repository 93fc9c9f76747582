/** The records of an OTLP receiver, as plain values: times in milliseconds, ids in hex, attributes as an object. */

export type AttributeValue =
  | string
  | number
  | boolean
  | null
  | AttributeValue[]
  | { [key: string]: AttributeValue };
export type Attributes = Readonly<Record<string, AttributeValue>>;

export interface Origin {
  /** Attributes of the resource: `service.name` and the like. */
  readonly resource: Attributes;
  /** The name of the instrumentation scope. */
  readonly scope: string;
}

export interface SpanRecord extends Origin {
  readonly traceId: string;
  readonly spanId: string;
  /** Empty at a root. */
  readonly parentSpanId: string;
  readonly name: string;
  readonly kind: "unspecified" | "internal" | "server" | "client" | "producer" | "consumer";
  readonly start: number;
  readonly end: number;
  readonly attributes: Attributes;
  readonly events: readonly { readonly name: string; readonly at: number; readonly attributes: Attributes }[];
  readonly links: readonly {
    readonly traceId: string;
    readonly spanId: string;
    readonly attributes: Attributes;
  }[];
  readonly status: { readonly code: "unset" | "ok" | "error"; readonly message: string };
}

/** One data point. A cumulative metric comes again with each export, with all that was counted up to then. */
export interface MetricRecord extends Origin {
  readonly name: string;
  readonly unit: string;
  readonly kind: "sum" | "gauge" | "histogram" | "exponentialHistogram" | "summary";
  readonly attributes: Attributes;
  readonly at: number;
  /** Of sums and gauges; of the others, the sum of what was recorded. */
  readonly value: number;
  /** How many values were recorded; of sums and gauges, 1. */
  readonly count: number;
  /** Of sums alone. */
  readonly monotonic: boolean;
}

export interface LogRecord extends Origin {
  readonly at: number;
  readonly severity: string;
  readonly body: AttributeValue;
  readonly attributes: Attributes;
  /** Empty outside of a span. */
  readonly traceId: string;
  readonly spanId: string;
}
