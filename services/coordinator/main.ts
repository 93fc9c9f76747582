import { readCoveragePlan } from "@holdfast/plan";
import { parseEnvOrExit, runService } from "@holdfast/service-kit";
import { modelsFromEnv } from "@holdfast/service-kit/models";
import { readAuthorityMatrix } from "./authority-matrix.ts";
import { claimService } from "./claim.ts";
import { envSchema } from "./env.ts";
import { multiAgentService } from "./multi-agent.ts";
import { parallelAgentService } from "./parallel-agent.ts";
import { parallelToolAgentService } from "./parallel-tool-agent.ts";
import { remoteMultiAgentService } from "./remote-multi-agent.ts";
import { subWorkflowAgentService } from "./sub-workflow-agent.ts";
import { timelineService } from "./timeline.ts";

const env = parseEnvOrExit(envSchema);
await runService({
  name: "coordinator",
  env,
  services: (_logger, metrics) => {
    const options = {
      plan: readCoveragePlan(env.COVERAGE_PLAN_FILE),
      matrix: readAuthorityMatrix(env.AUTHORITY_MATRIX_FILE),
      models: modelsFromEnv(env),
      metrics,
    };
    return [
      claimService(options),
      timelineService,
      parallelAgentService(options),
      remoteMultiAgentService(options),
      parallelToolAgentService(options),
      multiAgentService(options),
      subWorkflowAgentService(options.models),
    ];
  },
});
