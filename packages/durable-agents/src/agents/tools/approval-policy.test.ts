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
import { refuseInterruptions } from "../unsupported.ts";
import { noApprovals } from "./approval-policy.ts";
import { durableTool } from "./durable-tool.ts";

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

const check = async (...tools: Tool[]) => noApprovals.checkTools?.("Desk", tools);

describe("approvals", () => {
  it.each(withoutApprovals)("need somebody to ask: %s", async (_name, needing) => {
    const refused = check(tool(common), needing);
    await expect(refused).rejects.toThrow(TerminalError);
    await expect(refused).rejects.toThrow(/^Agent "Desk" has a tool "pay" .* plug-in approvals/);
  });

  it.each(always)("are refused that would interrupt the run: %s", async (_name, interrupting) => {
    await expect(refuseInterruptions("Desk", [interrupting])).rejects.toThrow(
      /^Agent "Desk" has a .* tool .* with needsApproval.*durableTool/,
    );
  });

  it.each(fine)("are no hindrance to %s", async (_name, accepted) => {
    await refuseInterruptions("Desk", [accepted]);
    await check(accepted);
  });
});
