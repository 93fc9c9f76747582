// One container of the system: as locked down as a cluster would run it, and killed and stopped by its own process.

import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { GenericContainer, getContainerRuntimeClient, type StartedTestContainer } from "testcontainers";

const run = promisify(execFile);
const LARGEST_LOG = 64 << 20;

/** Nothing can be written but what is said, no capability, no new privileges. */
export class LockedDownContainer extends GenericContainer {
  constructor(image: string) {
    super(image);
    this.hostConfig.ReadonlyRootfs = true;
    this.withDroppedCapabilities("ALL").withSecurityOpt("no-new-privileges:true");
  }
}

export interface Ended {
  readonly exitCode: number;
  /** From the signal to the end. */
  readonly tookMs: number;
}

/** A container whose process can be killed and started again, which testcontainers has no calls for. */
export class ServiceContainer {
  readonly #container: StartedTestContainer;

  constructor(container: StartedTestContainer) {
    this.#container = container;
  }

  /** As a crash would: nothing is let finish. */
  kill(): Promise<Ended> {
    return this.#end("SIGKILL");
  }

  /** As Docker and Kubernetes do. */
  terminate(): Promise<Ended> {
    return this.#end("SIGTERM");
  }

  async start(): Promise<void> {
    await (await this.#docker()).start();
  }

  /** Where one of its ports is now: another one after each start. */
  async url(port: number): Promise<string> {
    const { NetworkSettings } = await this.inspect();
    return `http://${this.#container.getHost()}:${NetworkSettings.Ports[`${port}/tcp`]?.[0]?.HostPort}`;
  }

  /** Runs a shell line in it. @returns what it prints */
  async sh(line: string): Promise<string> {
    return (await this.#container.exec(["sh", "-c", line])).output.trim();
  }

  /** All that it has printed, over all its starts. */
  async log(): Promise<string> {
    const { stdout, stderr } = await run("docker", ["logs", this.#container.getId()], {
      maxBuffer: LARGEST_LOG,
    });
    return stdout + stderr;
  }

  async inspect() {
    return (await this.#docker()).inspect();
  }

  async #end(signal: "SIGKILL" | "SIGTERM"): Promise<Ended> {
    const docker = await this.#docker();
    const startedAt = performance.now();
    const ended = docker.wait();
    await docker.kill({ signal });
    const { StatusCode: exitCode } = await ended;
    return { exitCode, tookMs: performance.now() - startedAt };
  }

  async #docker() {
    return (await getContainerRuntimeClient()).container.getById(this.#container.getId());
  }
}
