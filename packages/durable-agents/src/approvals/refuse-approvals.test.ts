import {
  Agent,
  applyPatchTool,
  type Computer,
  computerTool,
  shellTool,
  type Tool,
  tool,
} from "@openai/agents-core";
import { TerminalError } from "@restatedev/restate-sdk";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { durableTool } from "../agents/tools/durable-tool.ts";
import type { Approvals } from "./approvals.ts";
import { refuseApprovals } from "./refuse-approvals.ts";

const common = { name: "pay", description: "Pays", parameters: z.object({}), execute: () => "paid" };
const shell = { run: async () => ({ output: [] }) };
const editor = {
  createFile: async () => {},
  updateFile: async () => {},
  deleteFile: async () => {},
};
const onApproval = async () => ({ approve: true });
const sometimes = async (_run: unknown, input: unknown) => input !== undefined;
const computer = (): Computer => {
  throw new Error("no computer is needed");
};

const approvals: Approvals = { request: () => {} };

const withoutApprovals: [string, Tool][] = [
  ["tool", tool({ ...common, needsApproval: true })],
  ["durableTool", durableTool({ ...common, needsApproval: true })],
  ["asTool", new Agent({ name: "Pay" }).asTool({ toolName: "pay", needsApproval: true })],
];

const always: [string, Tool][] = [
  ["a shell", shellTool({ shell, needsApproval: true })],
  ["a shell that decides", shellTool({ shell, needsApproval: sometimes })],
  ["a patch", applyPatchTool({ editor, needsApproval: true })],
  ["a computer", computerTool({ computer, needsApproval: true })],
];

const fine: [string, Tool][] = [
  ["a tool without approvals", tool(common)],
  ["a tool that decides on its arguments", tool({ ...common, needsApproval: sometimes })],
  ["a shell", shellTool({ shell })],
  ["a shell asked in place", shellTool({ shell, needsApproval: true, onApproval })],
  ["a patch asked in place", applyPatchTool({ editor, needsApproval: true, onApproval })],
  ["a computer", computerTool({ computer })],
  ["a hosted tool", { type: "hosted_tool", name: "web_search" }],
];

describe("refuseApprovals", () => {
  it.each(withoutApprovals)("needs somebody to ask: %s", async (_name, needing) => {
    const refused = refuseApprovals("Desk", [tool(common), needing], undefined);
    await expect(refused).rejects.toThrow(TerminalError);
    await expect(refused).rejects.toThrow(/^Agent "Desk" has a tool "pay" .* option approvals/);
    await refuseApprovals("Desk", [needing], approvals);
  });

  it.each(always)("refuses what would interrupt the run: %s", async (_name, interrupting) => {
    for (const asked of [approvals, undefined]) {
      await expect(refuseApprovals("Desk", [interrupting], asked)).rejects.toThrow(
        /^Agent "Desk" has a .* tool .* with needsApproval.*durableTool/,
      );
    }
  });

  it.each(fine)("accepts %s", async (_name, accepted) => {
    await refuseApprovals("Desk", [accepted], undefined);
    await refuseApprovals("Desk", [accepted], approvals);
  });
});
