// An agent's process as its image runs it: bundled, on `runService`, ready when its probe answers.

import type { ServiceProcessOptions } from "@holdfast/testing";

export interface BundledAgent {
  readonly name: string;
  /** The bundle's main file. */
  readonly entry: string;
  readonly port: number;
  readonly healthPort: number;
  readonly env?: Readonly<Record<string, string>>;
}

export function bundledAgent(agent: BundledAgent): ServiceProcessOptions {
  const { name, entry, port, healthPort, env } = agent;
  return {
    name,
    entry,
    readyUrl: `http://127.0.0.1:${healthPort}/readyz`,
    env: {
      NODE_ENV: "production",
      HOST: "127.0.0.1",
      PORT: String(port),
      HEALTH_PORT: String(healthPort),
      ...env,
    },
  };
}
