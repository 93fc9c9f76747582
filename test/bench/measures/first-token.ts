// Measures the way of the model's first words to their reader: from when they leave the model's server until the reader has
// them, by the Agents SDK's own stream, by a listener in the agent's process, and by a topic that the reader follows
// through Restate's ingress.

import { DurableRunner } from "@holdfast/durable-agents";
import {
  type ProgressFrame,
  progress,
  progressTopics,
  publishTo,
  readProgress,
} from "@holdfast/durable-agents/progress";
import type { TestBed } from "@holdfast/testing";
import { Agent, Runner } from "@openai/agents-core";
import { type Context, service } from "@restatedev/restate-sdk";
import { interleave, type RoundsOptions } from "../rounds.ts";
import { medians } from "../stats.ts";
import { simulatedModels } from "../variants/simulated/models.ts";
import { type StreamingServer, startStreamingServer } from "../variants/streaming-server.ts";
import { INSTRUCTIONS, MODEL_NAME } from "../variants/task.ts";

export interface FirstToken {
  /** In milliseconds. */
  readonly medians: Readonly<Record<"agentsSdk" | "listener" | "topic", number>>;
  readonly rounds: number;
}

/** Where a run's model is, and where its progress goes: to a topic, or to the watch in this process. */
interface StreamTask {
  readonly modelUrl: string;
  readonly topic?: { readonly ingressUrl: string; readonly topic: string };
}

const QUESTION = "Is my claim covered?";
const agent = new Agent({ name: "Speaker", model: MODEL_NAME, instructions: INSTRUCTIONS });

/** Notes when the first words of the run arrive that is under way. */
export class TokenWatch {
  #arrivedAt = Number.NaN;

  readonly saw = (frames: readonly ProgressFrame[]): void => {
    if (frames.some(({ type }) => type === "text_delta")) this.arrived();
  };

  readonly arrived = (): void => {
    if (Number.isNaN(this.#arrivedAt)) this.#arrivedAt = performance.now();
  };

  /** From when the first words left the server until they arrived. @throws Error when none did */
  async time(server: StreamingServer, run: () => Promise<unknown>): Promise<number> {
    this.#arrivedAt = Number.NaN;
    await run();
    const time = this.#arrivedAt - server.firstDeltaAt();
    if (!(time > 0)) throw new Error("no words of the model arrived after they left it");
    return time;
  }
}

/** What the bed must serve for this measure. */
export function streamingServices(watch: TokenWatch) {
  const streams = service({
    name: "Streams",
    handlers: {
      run: async (ctx: Context, { modelUrl, topic }: StreamTask) => {
        const plugins = [progress(topic ? publishTo(topic) : watch.saw)];
        const runner = new DurableRunner(ctx, { modelProvider: simulatedModels(modelUrl), plugins });
        return (await runner.run(agent, QUESTION)).finalOutput;
      },
    },
  });
  return [streams, progressTopics()];
}

export async function firstToken(
  bed: TestBed,
  watch: TokenWatch,
  rounds: RoundsOptions,
): Promise<FirstToken> {
  const server = await startStreamingServer();
  const { ingressUrl } = bed.server;
  const modelUrl = server.url;
  let topics = 0;
  const call = (task: StreamTask) => bed.call("Streams", "run", task);
  try {
    const samples = await interleave(
      {
        agentsSdk: () => watch.time(server, () => onAgentsSdk(modelUrl, watch)),
        listener: () => watch.time(server, () => call({ modelUrl })),
        topic: () =>
          watch.time(server, async () => {
            const topic = { ingressUrl, topic: `first-token-${topics++}` };
            await Promise.all([follow(topic, watch), call({ modelUrl, topic })]);
          }),
      },
      rounds,
    );
    return { medians: medians(samples), rounds: rounds.rounds };
  } finally {
    await server.stop();
  }
}

async function onAgentsSdk(modelUrl: string, watch: TokenWatch): Promise<void> {
  const runner = new Runner({ modelProvider: simulatedModels(modelUrl), tracingDisabled: true });
  const result = await runner.run(agent, QUESTION, { stream: true });
  for await (const event of result) {
    if (event.type === "raw_model_stream_event" && event.data.type === "output_text_delta") watch.arrived();
  }
}

async function follow(topic: NonNullable<StreamTask["topic"]>, watch: TokenWatch): Promise<void> {
  for await (const frame of readProgress(topic)) {
    watch.saw([frame]);
    if (frame.type === "run_ended") return;
  }
}
