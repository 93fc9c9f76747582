// The simulator in its container or pod, through its control API.

import type { Fault } from "@holdfast/simulator";
import { expect } from "vitest";
import { z } from "zod";
import type { ModelCounts } from "./one-trace.ts";

const statsSchema = z.object({
  total: z.number(),
  repeated: z.number(),
  repeatedAfterAnswer: z.number(),
  inFlight: z.number(),
});
export type CallCounts = z.output<typeof statsSchema>;

const answersSchema = z.object({ answered: z.number(), inputTokens: z.number(), outputTokens: z.number() });

export class RemoteSimulator {
  readonly #url: string;

  constructor(url: string) {
    this.#url = url;
  }

  async counts(): Promise<CallCounts> {
    return statsSchema.parse(await this.#stats());
  }

  /** What was answered, and with how many tokens. */
  async answers(): Promise<ModelCounts> {
    return answersSchema.parse(await this.#stats());
  }

  async inject(fault: Fault): Promise<void> {
    await this.#post("/control/faults", fault);
  }

  /** Forgets counts and faults. */
  async reset(): Promise<void> {
    await this.#post("/control/reset");
  }

  /** Waits until so many calls have come, all but one of which are answered. */
  async untilOneIsHeld(total: number): Promise<void> {
    await expect
      .poll(() => this.counts(), { interval: 50, timeout: 30_000 })
      .toMatchObject({ total, inFlight: 1 });
  }

  async #stats(): Promise<unknown> {
    return (await fetch(`${this.#url}/control/stats`)).json();
  }

  async #post(path: string, body?: object): Promise<void> {
    const response = await fetch(this.#url + path, {
      method: "POST",
      ...(body && { headers: { "content-type": "application/json" }, body: JSON.stringify(body) }),
    });
    if (!response.ok) throw new Error(`The simulator refused ${path}: ${await response.text()}`);
  }
}
