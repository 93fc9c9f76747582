// A crash in the middle of a model's speech: readers go on where they were, and never hold a text twice.

import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import {
  EffectCounter,
  freePort,
  type ServiceProcess,
  startServiceProcess,
  startTestBed,
  type TestBed,
} from "@holdfast/testing";
import { afterEach, describe, expect, it } from "vitest";
import { progressTopics } from "../src/progress/index.ts";
import { isEnd, isText, Reading } from "./progress-reading.ts";

const entry = new URL("./fixtures/speaking-service.ts", import.meta.url);
const ANSWER = "The claim is covered: the plan pays for treatment at home, and it was filed in time.";

/** Counts what the service does, and lets its first speech wait. */
class Gate {
  readonly effects = new EffectCounter();
  readonly #held = Promise.withResolvers<ServerResponse>();
  readonly #server = createServer((request, response) => {
    const what = request.url?.slice(1) ?? "";
    if (this.effects.hit(what) === 1 && what === "speech") this.#held.resolve(response);
    else response.end();
  });

  async start(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, "127.0.0.1", resolve));
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** When the first speech waits. */
  get held(): Promise<ServerResponse> {
    return this.#held.promise;
  }

  stop(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }
}

describe.each(["default", "always-replay"] as const)("progress over a crash [%s]", (mode) => {
  const cleanups: (() => unknown)[] = [];
  afterEach(async () => {
    for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
  });

  async function start(): Promise<{ bed: TestBed; speaking: ServiceProcess; gate: Gate }> {
    const gate = new Gate();
    cleanups.push(() => gate.stop());
    const bed = await startTestBed(mode, { services: () => [progressTopics()] });
    cleanups.push(() => bed.stop());
    const speaking = await startServiceProcess({
      entry,
      ready: /listening url=(?<url>\S+)/,
      env: {
        PORT: String(await freePort()),
        GATE_URL: await gate.start(),
        INGRESS_URL: bed.server.ingressUrl,
        ANSWER,
      },
    });
    cleanups.push(() => speaking.stop());
    await bed.server.register(speaking.url ?? "");
    return { bed, speaking, gate };
  }

  function expectWhole(reading: Reading, gate: Gate): void {
    expect(reading.view).toMatchObject({ status: "completed", text: ANSWER });
    expect([...reading.texts.values()]).toEqual(["", ANSWER]);
    const ofRun = reading.frames.filter(({ type }) => type !== "text_delta" && type !== "reset");
    expect(ofRun.map(({ type }) => type)).toEqual([
      "run_started",
      "model_started",
      "model_ended",
      "tool_started",
      "tool_ended",
      "model_started",
      "model_ended",
      "run_ended",
    ]);
    const resets = reading.of("reset");
    expect(resets.length).toBeGreaterThan(0);
    expect(reading.of("text_delta").at(-1)).toMatchObject({ attempt: resets.length + 1 });
    // The tool turn, the speech that was cut off, and the whole one.
    expect(gate.effects.snapshot()).toEqual({ look: 1, model: 3, speech: 2 });
  }

  it("of the service", async () => {
    const { bed, speaking, gate } = await start();
    const { ingressUrl } = bed.server;
    const topic = await bed.send("Runs", "run");
    const reading = new Reading(() => ANSWER);
    await gate.held;
    await reading.until({ ingressUrl, topic }, isText);
    await speaking.kill9();
    expect(reading.view.text).not.toBe("");
    await speaking.restart();
    await reading.until({ ingressUrl, topic }, isEnd);
    expect(await bed.attach(topic)).toBe(ANSWER);
    expectWhole(reading, gate);

    // Who comes only now reads the same.
    const late = new Reading(() => ANSWER);
    await late.until({ ingressUrl, topic }, isEnd);
    expect(late.frames).toEqual(reading.frames);
  });

  it("of Restate, while somebody reads", async () => {
    const { bed, gate } = await start();
    const { ingressUrl } = bed.server;
    const topic = await bed.send("Runs", "run");
    const reading = new Reading(() => ANSWER);
    await gate.held;
    await reading.until({ ingressUrl, topic }, isText);
    const ended = reading.until({ ingressUrl, topic }, isEnd);
    await bed.server.kill();
    await bed.server.restart();
    await ended;
    expect(await bed.attach(topic)).toBe(ANSWER);
    expectWhole(reading, gate);
  });
});
