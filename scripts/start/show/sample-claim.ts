// One claim through the gateway, as any client would send it, and its events as they happen.

import { type Claim, type TimelineEvent, timelineEventSchema } from "@holdfast/contracts";
import { EventSource } from "eventsource";
import { z } from "zod";
import { FailedStart } from "../failed-start.ts";

// The gateway names each server-sent event after its type.
const eventTypes = timelineEventSchema.shape.entry.options.map(({ shape }) => shape.type.value);
const submitted = z.object({ claimId: z.string() });

export interface GatewayClient {
  readonly url: string;
  /** For a gateway that asks for one. */
  readonly token: string | undefined;
}

export interface SubmittedClaim {
  readonly claimId: string;
  /** Absent where the gateway emits no telemetry. */
  readonly traceId: string | undefined;
}

/** @throws FailedStart when the gateway does not take it */
export async function submitClaim(
  gateway: GatewayClient,
  claim: Claim,
  signal: AbortSignal,
): Promise<SubmittedClaim> {
  const response = await fetch(`${gateway.url}/api/claims`, {
    method: "POST",
    headers: { "content-type": "application/json", ...authorization(gateway) },
    body: JSON.stringify(claim),
    signal,
  });
  const body = await response.text();
  if (!response.ok)
    throw new FailedStart(`The gateway did not take the sample claim (${response.status}): ${body}`);
  const { claimId } = submitted.parse(JSON.parse(body));
  return { claimId, traceId: response.headers.get("traceparent")?.split("-")[1] };
}

/** Gives each event of a claim from the first one on until `until` says it was the last, or the signal ends it. */
export function followClaim(
  gateway: GatewayClient,
  claimId: string,
  onEvent: (event: TimelineEvent) => "more" | "enough",
  signal: AbortSignal,
): Promise<void> {
  const source = new EventSource(`${gateway.url}/api/claims/${claimId}/events`, {
    fetch: (url, init) => fetch(url, { ...init, headers: { ...init.headers, ...authorization(gateway) } }),
  });
  return new Promise((resolve, reject) => {
    const end = (settle: () => void) => {
      signal.removeEventListener("abort", abort);
      source.close();
      settle();
    };
    const abort = () => end(() => reject(signal.reason));
    const take = ({ data }: MessageEvent) => {
      try {
        if (onEvent(timelineEventSchema.parse(JSON.parse(String(data)))) === "enough") end(resolve);
      } catch (error) {
        end(() => reject(error));
      }
    };
    for (const type of eventTypes) source.addEventListener(type, take);
    source.addEventListener("error", ({ code, message }) => {
      // It connects again by itself, unless the gateway has refused it.
      if (source.readyState === source.CLOSED) {
        end(() => reject(new FailedStart(`The gateway refused the claim's events (${code}): ${message}`)));
      }
    });
    signal.addEventListener("abort", abort, { once: true });
    if (signal.aborted) abort();
  });
}

function authorization({ token }: GatewayClient): Record<string, string> {
  return token ? { authorization: `Bearer ${token}` } : {};
}
