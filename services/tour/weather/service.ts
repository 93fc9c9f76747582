// WeatherAgent on Restate: one tool, whose step is retried until the weather API is back.

import { DurableRunner, durableTool } from "@holdfast/durable-agents";
import type { AgentModels } from "@holdfast/service-kit/models";
import { Agent } from "@openai/agents-core";
import { implement } from "@restatedev/restate-sdk";
import { z } from "zod";
import { weatherAgentContract } from "../contracts.ts";
import type { WeatherSource } from "./weather-source.ts";

export function weatherService(weather: WeatherSource, models: AgentModels) {
  const agent = new Agent({
    name: "WeatherAgent",
    model: models.model,
    instructions: "You are a helpful agent that provides weather updates.",
    tools: [
      durableTool({
        name: "get_weather",
        description: "Get the current weather for a given city.",
        parameters: z.object({ city: z.string() }),
        execute: ({ city }, ctx) => ctx.run("get weather", ({ signal }) => weather(city, signal)),
      }),
    ],
  });
  return implement(weatherAgentContract, {
    handlers: {
      run: async (ctx, { message }) =>
        (await new DurableRunner(ctx, models).run(agent, message)).finalOutput ?? "",
    },
  });
}
