// A client of Restate's admin API. Every answer is checked: a field that a later version of Restate no longer has must stop
// its caller, not let it drop what is in use.

import { z } from "zod";

/** Restate does not answer, refuses a call, or its answer is not that of the admin API. */
export class RestateAdminError extends Error {
  override readonly name = "RestateAdminError";
  /** Whether the same call may succeed in a while. */
  readonly transient: boolean;

  constructor(message: string, transient: boolean) {
    super(message);
    this.transient = transient;
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
const restartedSchema = z.object({ new_invocation_id: z.string() });
const problemSchema = z.object({ message: z.string() });

const TRANSIENT = new Set([408, 409, 425, 429]);

export interface RegisterOptions {
  /** Take what the deployment offers now in place of what it offered when it was registered. */
  readonly force: boolean;
  /** Only return what would be registered. */
  readonly dryRun?: boolean;
  /** What Restate notes of the deployment beside its services. */
  readonly metadata?: Readonly<Record<string, string>>;
}

export interface RestateAdminOptions {
  /** Ends every call. */
  readonly signal?: AbortSignal;
  /** How long one call may take, in milliseconds; no limit by default. */
  readonly timeoutMs?: number;
}

/** The admin API at a URL. Each method throws a {@link RestateAdminError}, with the cause in one line. */
export class RestateAdmin {
  readonly #url: string;
  readonly #options: RestateAdminOptions;

  /** @param url without a slash at its end */
  constructor(url: string, options: RestateAdminOptions = {}) {
    this.#url = url;
    this.#options = options;
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

  /** Removes a deployment without a look at what runs on it. */
  async removeDeployment(id: string): Promise<void> {
    await this.#send("DELETE", `/deployments/${id}?force=true`);
  }

  /** Cancels an invocation and those it called; their handlers see a CancelledError. */
  async cancel(invocationId: string): Promise<void> {
    // The ingress has no such path in 1.7: it answers 404.
    await this.#send("PATCH", `/invocations/${invocationId}/cancel`);
  }

  /** Ends an invocation and those it called at once; their handlers see nothing of it. */
  async kill(invocationId: string): Promise<void> {
    await this.#send("PATCH", `/invocations/${invocationId}/kill`);
  }

  /** Begins an invocation that has ended anew, with its input alone. @returns the new one's id */
  async restartAsNew(invocationId: string): Promise<string> {
    const { body } = await this.#send("PATCH", `/invocations/${invocationId}/restart-as-new`);
    return this.#read(restartedSchema, body).new_invocation_id;
  }

  /** Resumes an invocation that is paused, or waits for its next attempt, on the deployment that it began on. */
  async resume(invocationId: string): Promise<void> {
    await this.#send("PATCH", `/invocations/${invocationId}/resume`);
  }

  /** Rows of a SQL query on Restate's tables (`sys_invocation`, `sys_journal`, `state`, …). */
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
        ...this.#signal(),
      });
      text = await response.text();
    } catch (error) {
      throw new RestateAdminError(
        `Restate's admin API at ${this.#url} does not answer: ${causeOf(error)}`,
        true,
      );
    }
    const answer = parsed(text);
    if (response.ok) return { status: response.status, body: answer };
    const reason = problemSchema.safeParse(answer).data?.message ?? `${response.status} ${text}`;
    throw new RestateAdminError(
      `Restate says: ${oneLine(reason)}`,
      response.status >= 500 || TRANSIENT.has(response.status),
    );
  }

  #signal(): { readonly signal?: AbortSignal } {
    const { signal, timeoutMs } = this.#options;
    if (timeoutMs === undefined) return signal ? { signal } : {};
    const timeout = AbortSignal.timeout(timeoutMs);
    return { signal: signal ? AbortSignal.any([signal, timeout]) : timeout };
  }

  #read<T>(schema: z.ZodType<T>, body: unknown): T {
    const result = schema.safeParse(body);
    if (result.success) return result.data;
    const [issue] = result.error.issues;
    throw new RestateAdminError(
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
