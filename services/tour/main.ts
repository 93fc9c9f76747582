import { progressTopics } from "@holdfast/durable-agents/progress";
import { defineService, runService } from "@holdfast/service-kit";
import { modelsFromEnv } from "@holdfast/service-kit/models";
import { OpenAI } from "openai";
import { bookingAgentService, bookingService } from "./booking/service.ts";
import { travelAgencies } from "./booking/travel-agencies.ts";
import { codingService } from "./coding/service.ts";
import { workspaces } from "./coding/workspaces.ts";
import { envSchema } from "./env.ts";
import { errorHandlingService } from "./error-handling/service.ts";
import { manualLoopService } from "./manual-loop/service.ts";
import { notifyWhenReadyService } from "./notify/service.ts";
import { racingServices } from "./racing/service.ts";
import { researchService } from "./research/service.ts";
import { scheduledService } from "./scheduled/service.ts";
import { weatherService } from "./weather/service.ts";
import { weatherSource } from "./weather/weather-source.ts";
import { chainedAgentsService } from "./workflows/chained-agents.ts";
import { evaluatorOptimizerService } from "./workflows/evaluator-optimizer.ts";
import { orchestratorWorkersService } from "./workflows/orchestrator-workers.ts";
import { parallelAgentsService } from "./workflows/parallel-agents.ts";

export const service = defineService({
  name: "tour",
  envSchema,
  services: (env, logger) => {
    const models = modelsFromEnv(env);
    const weather = weatherSource({ apiUrl: env.WEATHER_API_URL, failCities: env.WEATHER_FAIL_CITIES });
    const client = new OpenAI({
      apiKey: env.OPENAI_API_KEY,
      baseURL: env.OPENAI_BASE_URL,
      timeout: env.MODEL_TIMEOUT_MS,
      // Restate retries.
      maxRetries: 0,
    });
    const agencies = travelAgencies({
      fullCities: env.FLIGHT_FULL_CITIES,
      log: (booking) => logger.info(booking, "a travel agency was called"),
    });
    return [
      weatherService(weather, models),
      manualLoopService(weather, client, env.OPENAI_MODEL),
      bookingAgentService,
      bookingService(agencies, models),
      ...racingServices(models),
      notifyWhenReadyService(models),
      scheduledService(models),
      codingService(
        workspaces((done) => logger.info(done, "a workspace")),
        models,
      ),
      researchService(env.RESTATE_INGRESS_URL, models),
      progressTopics(),
      errorHandlingService(models),
      chainedAgentsService(models),
      parallelAgentsService(models),
      orchestratorWorkersService(models),
      evaluatorOptimizerService(models),
    ];
  },
});
if (import.meta.main) await runService(service);
