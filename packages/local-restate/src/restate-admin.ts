/**
 * The calls of Restate's admin API that tests and the local run need.
 */

import { z } from "zod";

export interface RegisterOptions {
  /** Replace a deployment already registered under this address; true by default, since code changes between runs. */
  force?: boolean;
  /** Talk HTTP/1.1 to the services; false by default, as the endpoints here speak HTTP/2. */
  useHttp11?: boolean;
}

const queryResult = z.object({ rows: z.array(z.unknown()) });

export class AdminApi {
  readonly #url: string;

  constructor(adminUrl: string) {
    this.#url = adminUrl;
  }

  /** @throws Error with Restate's reason when it cannot discover the services at that address. */
  async register(serviceUrl: string, options: RegisterOptions = {}): Promise<void> {
    const response = await this.#send("POST", "/deployments", {
      uri: serviceUrl,
      use_http_11: options.useHttp11 ?? false,
      force: options.force ?? true,
    });
    const body = await response.text();
    if (!response.ok) {
      throw new Error(
        `Restate could not register the services at ${serviceUrl} (${response.status}): ${body}. ` +
          "Is that process up, and does it serve a Restate endpoint over HTTP/2?",
      );
    }
  }

  /** @throws Error when the query is wrong or a row does not fit `rowSchema`. */
  async query<T>(sql: string, rowSchema: z.ZodType<T>): Promise<T[]> {
    const response = await this.#send("POST", "/query", { query: sql });
    if (!response.ok) throw new Error(`Restate refused the query ${sql}: ${await response.text()}`);
    const { rows } = queryResult.parse(await response.json());
    return z.array(rowSchema).parse(rows);
  }

  /** Whether the partitions, of which the tables are made, are there yet. */
  async isQueryable(signal: AbortSignal): Promise<boolean> {
    const body = { query: "SELECT id FROM sys_invocation LIMIT 1" };
    const response = await this.#send("POST", "/query", body, signal);
    await response.arrayBuffer();
    return response.ok;
  }

  /** @throws Error when there is no such invocation. */
  async cancel(invocationId: string): Promise<void> {
    // The ingress has no such path in 1.7: it answers 404.
    const response = await this.#send("PATCH", `/invocations/${invocationId}/cancel`);
    const body = await response.text();
    if (!response.ok)
      throw new Error(`Restate could not cancel ${invocationId} (${response.status}): ${body}`);
  }

  #send(method: string, path: string, body?: unknown, signal?: AbortSignal): Promise<Response> {
    return fetch(this.#url + path, {
      method,
      headers: { "content-type": "application/json", accept: "application/json" },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      ...(signal === undefined ? {} : { signal }),
    });
  }
}
