// Types a line of the tour's, or of a log, as a user would: the real curl, in a shell.

import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { z } from "zod";

const run = promisify(execFile);

export interface CurlAnswer {
  readonly status: number;
  /** Parsed where it is JSON. */
  readonly body: unknown;
  /** The invocation's, where the answer names one. */
  readonly id: string;
}

/** Where the line's `localhost:8080` and `localhost:3000` are. */
export interface Doors {
  readonly ingressUrl: string;
  readonly gatewayUrl?: string;
}

export async function curl(line: string, { ingressUrl, gatewayUrl }: Doors): Promise<CurlAnswer> {
  const typed = line
    .replace("localhost:8080", new URL(ingressUrl).host)
    .replace("localhost:3000", gatewayUrl ? new URL(gatewayUrl).host : "localhost:3000");
  const { stdout } = await run("bash", ["-c", `${typed} --silent --show-error --include`]);
  // With a body the first status that curl prints may be 100 Continue.
  const parts = stdout.split("\r\n\r\n");
  const body = parts.at(-1) ?? "";
  const head = parts.at(-2) ?? "";
  return {
    status: Number(/^HTTP\/\S+ (\d+)/.exec(head)?.[1]),
    body: parsed(body),
    id:
      /^x-restate-id: (\S+)/im.exec(head)?.[1] ?? sentSchema.safeParse(parsed(body)).data?.invocationId ?? "",
  };
}

const sentSchema = z.object({ invocationId: z.string() });

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
