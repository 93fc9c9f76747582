// SubWorkflowClaimApprovalAgent: the person is asked by a workflow in another process, called as a tool.

import { claimApprover } from "@holdfast/claims";
import { humanApprovalWorkflowContract, subWorkflowClaimApprovalAgentContract } from "@holdfast/contracts";
import type { AgentModels } from "@holdfast/service-kit/models";
import { implement } from "@restatedev/restate-sdk";

export function subWorkflowAgentService(models: AgentModels) {
  const approve = claimApprover({
    name: "SubWorkflowClaimApprovalAgent",
    models,
    ask: (ctx, claim) => ctx.client(humanApprovalWorkflowContract).requestApproval({ claim }),
  });
  return implement(subWorkflowClaimApprovalAgentContract, {
    handlers: { run: (ctx, { message }) => approve(ctx, message) },
  });
}
