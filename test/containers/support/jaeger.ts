// What Jaeger knows of a trace, by its query API.

import { z } from "zod";

const traceSchema = z.object({
  data: z
    .array(
      z.object({
        traceID: z.string(),
        spans: z.array(
          z.object({
            spanID: z.string(),
            operationName: z.string(),
            processID: z.string(),
            references: z.array(z.object({ refType: z.string(), spanID: z.string(), traceID: z.string() })),
            tags: z.array(z.object({ key: z.string(), value: z.unknown() })),
          }),
        ),
        processes: z.record(z.string(), z.object({ serviceName: z.string() })),
      }),
    )
    .nullish(),
});

interface JaegerSpan {
  readonly spanId: string;
  readonly name: string;
  readonly service: string;
  /** Undefined at a root. */
  readonly parentSpanId: string | undefined;
  readonly tags: Readonly<Record<string, unknown>>;
}

/** The spans of a trace, as far as they have come; none while it is not known. */
export async function traceSpans(jaegerUrl: string, traceId: string): Promise<JaegerSpan[]> {
  const response = await fetch(`${jaegerUrl}/api/traces/${traceId}`);
  return toSpans(await response.json());
}

function toSpans(body: unknown): JaegerSpan[] {
  const [trace] = traceSchema.parse(body).data ?? [];
  return (trace?.spans ?? []).map(({ spanID, operationName, processID, references, tags }) => ({
    spanId: spanID,
    name: operationName,
    service: trace?.processes[processID]?.serviceName ?? "",
    parentSpanId: references.find(
      ({ refType, traceID }) => refType === "CHILD_OF" && traceID === trace?.traceID,
    )?.spanID,
    tags: Object.fromEntries(tags.map(({ key, value }) => [key, value])),
  }));
}
