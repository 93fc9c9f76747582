// The calls of Restate's admin API that a release needs. Every answer is checked: a field that a later version of Restate
// no longer has must stop a job, not let it drop what is in use.

import { z } from "zod";

/** Restate refused a call, or its answer made no sense. */
export class AdminError extends Error {
  override readonly name = "AdminError";
  /** Whether the same call may succeed later. */
  readonly passing: boolean;

  constructor(message: string, passing: boolean) {
    super(message);
    this.passing = passing;
  }
}

const serviceSchema = z.looseObject({
  name: z.string(),
  deployment_id: z.string(),
  revision: z.number(),
  handlers: z.array(z.looseObject({ name: z.string() })),
});
/** A service as a deployment offers it. */
export type Service = z.output<typeof serviceSchema>;

const registrationSchema = z.object({ id: z.string(), services: z.array(serviceSchema) });
/** What Restate knows of a deployment after a registration. */
export type Registration = z.output<typeof registrationSchema>;

// Of a Lambda, which has no `uri`, nothing else is needed.
const deploymentSchema = z.object({
  id: z.string(),
  uri: z.string().optional(),
  metadata: z.record(z.string(), z.string()).default({}),
});
export type Deployment = z.output<typeof deploymentSchema>;

const deploymentsSchema = z.object({ deployments: z.array(deploymentSchema) });
const servicesSchema = z.object({ services: z.array(serviceSchema) });
const problemSchema = z.object({ message: z.string() });

const RETRYABLE = new Set([408, 409, 425, 429]);

export interface RegisterOptions {
  /** Take what the deployment offers now in place of what it offered when it was registered. */
  readonly force: boolean;
  /** Only tell what would be registered. */
  readonly dryRun?: boolean;
  /** What Restate notes of the deployment beside its services. */
  readonly metadata?: Readonly<Record<string, string>>;
}

export class AdminApi {
  readonly #url: string;
  readonly #signal: AbortSignal;

  /** @param signal ends every call */
  constructor(url: string, signal: AbortSignal) {
    this.#url = url;
    this.#signal = signal;
  }

  /** @returns with `created`: whether Restate had known no deployment at this URL */
  async register(
    uri: string,
    { force, dryRun = false, metadata = {} }: RegisterOptions,
  ): Promise<Registration & { readonly created: boolean }> {
    const { status, body } = await this.#send("POST", "/deployments", {
      uri,
      force,
      dry_run: dryRun,
      metadata,
    });
    return { ...this.#read(registrationSchema, body), created: status === 201 };
  }

  async deployments(): Promise<Deployment[]> {
    return this.#read(deploymentsSchema, (await this.#send("GET", "/deployments")).body).deployments;
  }

  /** All services, each as its newest deployment offers it. */
  async services(): Promise<Service[]> {
    return this.#read(servicesSchema, (await this.#send("GET", "/services")).body).services;
  }

  /** Without a look at what runs on it. */
  async removeDeployment(id: string): Promise<void> {
    await this.#send("DELETE", `/deployments/${id}?force=true`);
  }

  /** Goes on with a paused invocation, on the deployment that it began on. */
  async resume(invocationId: string): Promise<void> {
    await this.#send("PATCH", `/invocations/${invocationId}/resume`);
  }

  async query<T>(sql: string, rowSchema: z.ZodType<T>): Promise<T[]> {
    const { body } = await this.#send("POST", "/query", { query: sql });
    return this.#read(z.object({ rows: z.array(rowSchema) }), body).rows;
  }

  async #send(method: string, path: string, body?: unknown): Promise<{ status: number; body: unknown }> {
    let response: Response;
    let text: string;
    try {
      response = await fetch(this.#url + path, {
        method,
        headers: { accept: "application/json", "content-type": "application/json" },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        signal: this.#signal,
      });
      text = await response.text();
    } catch (error) {
      throw new AdminError(`Restate's admin API at ${this.#url} does not answer: ${causeOf(error)}`, true);
    }
    const answer = parsed(text);
    if (response.ok) return { status: response.status, body: answer };
    const reason = problemSchema.safeParse(answer).data?.message ?? `${response.status} ${text}`;
    const passing = response.status >= 500 || RETRYABLE.has(response.status);
    throw new AdminError(`Restate says: ${oneLine(reason)}`, passing);
  }

  #read<T>(schema: z.ZodType<T>, body: unknown): T {
    const result = schema.safeParse(body);
    if (result.success) return result.data;
    const [issue] = result.error.issues;
    throw new AdminError(
      `the answer of ${this.#url} is not that of Restate's admin API (${issue?.path.join(".")}: ${issue?.message})`,
      false,
    );
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** `fetch` hides what happened in its error's cause. */
function causeOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return oneLine(error.cause instanceof Error ? error.cause.message : error.message);
}

function oneLine(text: string): string {
  return text.trim().replaceAll(/\s+/g, " ");
}
