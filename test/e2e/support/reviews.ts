// Reviews as people see them: the lines with which the approval service asks, and the public line to answer through.

import type { System } from "../system.ts";

interface Asked {
  readonly claimId: string;
  readonly awakeableId: string;
}

const ASKS = /"reviewId":"([^"]+)".*\/restate\/awakeables\/([^/"]+)\/resolve --json 'true'/;

/** Collects who was asked about which claim. Give its `onLine` to the system. */
export class ReviewsAsked {
  readonly #asked: Asked[] = [];
  readonly #waiting = new Set<() => void>();

  readonly onLine = (_agent: string, line: string): void => {
    const [, claimId, awakeableId] = ASKS.exec(line) ?? [];
    if (!claimId || !awakeableId) return;
    this.#asked.push({ claimId, awakeableId });
    for (const check of this.#waiting) check();
  };

  /** The awakeables of all that people were asked so far. */
  awakeables(): string[] {
    return this.#asked.map(({ awakeableId }) => awakeableId);
  }

  /** How often people were asked about a claim. */
  count(claimId: string): number {
    return this.#asked.filter((asked) => asked.claimId === claimId).length;
  }

  /** The awakeable of the `nth` time that people were asked about a claim; waits for it. */
  awakeable(claimId: string, nth = 1): Promise<string> {
    return new Promise((resolve) => {
      const check = () => {
        const asked = this.#asked.filter((entry) => entry.claimId === claimId)[nth - 1];
        if (!asked) return;
        this.#waiting.delete(check);
        resolve(asked.awakeableId);
      };
      this.#waiting.add(check);
      check();
    });
  }
}

/** Sends a body to an awakeable as anybody can, whatever it is; returns the HTTP status. */
export async function answerPublicly(
  system: System,
  awakeableId: string,
  body: string,
  how: "resolve" | "reject" = "resolve",
): Promise<number> {
  const response = await fetch(`${system.server.ingressUrl}/restate/awakeables/${awakeableId}/${how}`, {
    method: "POST",
    headers: { "content-type": how === "resolve" ? "application/json" : "text/plain" },
    body,
  });
  await response.arrayBuffer();
  return response.status;
}

/** A reviewer's answer through the claim itself; returns the HTTP status. */
export async function decide(system: System, claimId: string, answer: object): Promise<number> {
  const response = await fetch(`${system.server.ingressUrl}/Claim/${claimId}/decide`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(answer),
  });
  await response.arrayBuffer();
  return response.status;
}
