// A way to a Service from outside of the cluster, as an operator has one.

import { type ChildProcess, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { freePort } from "@holdfast/testing";

export class PortForward {
  readonly #args: readonly string[];
  readonly url: string;
  #child: ChildProcess | undefined;

  private constructor(namespace: string, service: string, port: number, local: number) {
    this.#args = ["port-forward", `--namespace=${namespace}`, `service/${service}`, `${local}:${port}`];
    this.url = `http://127.0.0.1:${local}`;
  }

  static async open(namespace: string, service: string, port: number): Promise<PortForward> {
    const forward = new PortForward(namespace, service, port, await freePort());
    await forward.#start();
    return forward;
  }

  /** It leads to one pod; when that has ended, to another, at the same URL. */
  async reopen(): Promise<void> {
    await this.close();
    await this.#start();
  }

  async close(): Promise<void> {
    const child = this.#child;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const ended = new Promise((resolve) => child.once("exit", resolve));
    child.kill();
    await ended;
  }

  async #start(): Promise<void> {
    const child = spawn("kubectl", this.#args, { stdio: ["ignore", "pipe", "pipe"] });
    this.#child = child;
    let said = "";
    child.stderr.on("data", (chunk) => {
      said += chunk;
    });
    await new Promise<void>((resolve, reject) => {
      createInterface(child.stdout).once("line", () => resolve());
      child.once("error", reject);
      child.once("exit", () => reject(new Error(`kubectl ${this.#args.join(" ")}: ${said}`)));
    });
  }
}
