import { createServer } from "node:http";
import { DurableRunner, durableTool } from "@holdfast/durable-agents";
import { progress, progressTopics, publishTo, readProgress } from "@holdfast/durable-agents/progress";
import { Agent } from "@openai/agents-core";
import * as restate from "@restatedev/restate-sdk";
import { z } from "zod";

const ingressUrl = process.env.INGRESS_URL ?? "http://localhost:8080";

const findClaim = durableTool({
  name: "find_claim",
  description: "Finds a claim and its state.",
  parameters: z.object({ claimId: z.string() }),
  execute: ({ claimId }, ctx) => ctx.run("find claim", () => ({ claimId, state: "in review" })),
});

const clerk = new Agent({
  name: "Clerk",
  instructions: "You tell claimants how their claim stands. Find the claim.",
  model: "gpt-5-mini",
  tools: [findClaim],
});

const desk = restate.service({
  name: "ClaimStatus",
  handlers: {
    ask: async (ctx: restate.Context, query: { claimId: string }) => {
      const runner = new DurableRunner(ctx, { plugins: [progress(publishTo({ ingressUrl }))] });
      return (await runner.run(clerk, JSON.stringify(query))).finalOutput;
    },
  },
});

restate.serve({ services: [desk, progressTopics()] }); // at port 9080, or PORT

// A gateway that browsers read from, by EventSource: GET /{invocation id}. It may run anywhere.
const gateway = createServer(async (request, response) => {
  const left = new AbortController();
  response.once("close", () => left.abort());
  response.writeHead(200, { "content-type": "text/event-stream" });
  const after = Number(request.headers["last-event-id"] ?? 0);
  const topic = request.url?.slice(1) ?? "";
  for await (const frame of readProgress({ ingressUrl, topic, after, signal: left.signal })) {
    response.write(`id: ${frame.id}\ndata: ${JSON.stringify(frame)}\n\n`);
    if (frame.type === "run_ended") break;
  }
  response.end();
});
gateway.listen(Number(process.env.GATEWAY_PORT ?? 3000));
