import { readCoveragePlan } from "@holdfast/claims/plan";
import { defineService, runService } from "@holdfast/service-kit";
import { modelsFromEnv } from "@holdfast/service-kit/models";
import { claimService } from "./claim/claim.ts";
import { rulesService } from "./claim/rules.ts";
import { timelineService } from "./claim/timeline.ts";
import { readAuthorityMatrix } from "./decision/authority-matrix.ts";
import { envSchema } from "./env.ts";
import { multiAgentService } from "./tour/multi-agent.ts";
import { parallelAgentService } from "./tour/parallel-agent.ts";
import { parallelToolAgentService } from "./tour/parallel-tool-agent.ts";
import { remoteMultiAgentService } from "./tour/remote-multi-agent.ts";
import { subWorkflowAgentService } from "./tour/sub-workflow-agent.ts";

export const service = defineService({
  name: "coordinator",
  envSchema,
  services: (env) => {
    const options = {
      plan: readCoveragePlan(env.COVERAGE_PLAN_FILE),
      matrix: readAuthorityMatrix(env.AUTHORITY_MATRIX_FILE),
      models: modelsFromEnv(env),
    };
    return [
      claimService(options),
      timelineService,
      rulesService,
      parallelAgentService(options),
      remoteMultiAgentService(options),
      parallelToolAgentService(options),
      multiAgentService(options),
      subWorkflowAgentService(options.models),
    ];
  },
});
if (import.meta.main) await runService(service);
