// The agents that the tests of approvals run, and who is asked for them. Each agent gets its tool calls as its
// input, and answers with what its tools said.

import {
  Agent,
  type AgentInputItem,
  type AgentOutputItem,
  type ModelProvider,
  type ModelRequest,
  type RunConfig,
  shellTool,
  type Tool,
  ToolGuardrailFunctionOutputFactory,
  tool,
} from "@openai/agents-core";
import { type Context, iface, service, TerminalError } from "@restatedev/restate-sdk";
import { z } from "zod";
import {
  type ApprovalRequest,
  type ApprovalsOptions,
  approvals as approvalsBy,
} from "../src/approvals/index.ts";
import { currentDurableContext, DurableRunner, durableTool } from "../src/index.ts";
import { remoteAgentTool } from "../src/remote-agents/index.ts";
import { scriptedModels } from "./scripted-models.ts";

/** One tool call of an agent's only turn; `raw` in its arguments stands for the whole of them. */
export interface Call {
  readonly tool: string;
  readonly args: object;
}

export interface DeskInput {
  readonly agent: keyof ReturnType<typeof deskAgents>;
  readonly calls: readonly Call[];
  readonly stream?: boolean;
  /** Null when nobody can be asked. */
  readonly approvals?: Omit<ApprovalsOptions, "request"> | null;
  readonly formatted?: "wording" | "broken";
}

/** What is seen of the runs, by their invocations' ids. */
export interface DeskObserver {
  readonly effect: (invocation: string, effect: string) => void;
  readonly request: (invocation: string, request: ApprovalRequest) => void | Promise<void>;
}

/** The call of an agent that is a tool. */
export function ask(toolName: string, ...calls: readonly Call[]): Call {
  return { tool: toolName, args: { input: JSON.stringify(calls) } };
}

export function refund(amount: number, to = "Ann"): Call {
  return { tool: "refund", args: { amount, to } };
}

const remote = iface.service("Remote", { work: iface.json<{ what: string }, string>() });

const REFUND = z.object({ amount: z.number().max(1000), to: z.string() });
const WHAT = z.object({ what: z.string() });

/** The agents, and agents that use them as tools: `hall` uses `front`, which uses `desk`. */
export function deskAgents(observer: DeskObserver) {
  const did = (effect: string) => {
    const ctx = currentDurableContext();
    return ctx.run(effect, () => observer.effect(ctx.request().id, effect)).then(() => effect);
  };
  const common = { description: "Works", parameters: WHAT };
  const desk = agent("desk", [
    durableTool({
      name: "refund",
      description: "Pays",
      parameters: REFUND,
      needsApproval: true,
      execute: ({ amount, to }) => did(`refunded ${amount} to ${to}`),
    }),
    durableTool({ ...common, name: "free", execute: ({ what }) => did(`free ${what}`) }),
    tool({
      ...common,
      name: "plain",
      needsApproval: async (_run, { what }) => what.startsWith("big"),
      execute: ({ what }) => did(`plain ${what}`),
    }),
    durableTool({
      ...common,
      name: "structured",
      needsApproval: true,
      execute: async ({ what }) => [{ type: "text" as const, text: await did(`structured ${what}`) }],
    }),
    remoteAgentTool(remote, {
      name: "remote",
      description: "Asks",
      handler: "work",
      parameters: WHAT,
      needsApproval: true,
    }),
    durableTool({
      ...common,
      name: "failing",
      execute: () => {
        throw new TerminalError("the desk is closed", { errorCode: 418 });
      },
    }),
    durableTool({
      ...common,
      name: "breaking",
      errorFunction: null,
      execute: () => {
        throw new Error("the desk is broken");
      },
    }),
    durableTool({
      ...common,
      name: "policy",
      // What it throws depends on what it is asked about.
      needsApproval: (_run, { what }) => {
        throw what === "terminal"
          ? new TerminalError("no policy", { errorCode: 418 })
          : new Error("no policy");
      },
      execute: () => did("without a policy"),
    }),
    tool({
      ...common,
      name: "guarded",
      needsApproval: true,
      inputGuardrails: [
        {
          name: "bystander",
          run: async ({ toolCall }) => {
            await did("checked");
            return toolCall.arguments.includes("bad")
              ? ToolGuardrailFunctionOutputFactory.rejectContent("the guardrail says no")
              : ToolGuardrailFunctionOutputFactory.allow();
          },
        },
      ],
      execute: ({ what }) => did(`guarded ${what}`),
    }),
    tool({
      name: "shapeless",
      description: "Takes what it is given",
      parameters: {
        type: "object",
        properties: {},
        required: [],
        additionalProperties: true,
      },
      strict: false,
      needsApproval: async () => false,
      execute: () => did("shapeless"),
    }),
    durableTool({
      ...common,
      name: "hold",
      execute: async ({ what }) => {
        const ctx = currentDurableContext();
        const { id, promise } = ctx.awakeable<string>();
        await ctx.run("held", () => observer.effect(ctx.request().id, `held ${what} ${id}`));
        return promise;
      },
    }),
  ]);
  const shell = shellTool({
    shell: {
      run: async () => ({
        output: [{ stdout: await did("shell"), stderr: "", outcome: { type: "exit", exitCode: 0 } }],
      }),
    },
    // Yes to any call, which cannot be seen before there is one.
    needsApproval: async (...call: unknown[]) => call.length > 0,
  });
  const asking = { toolDescription: "Asks" };
  const onStream = () => {};
  const front = agent("front", [
    desk.asTool({ ...asking, toolName: "ask" }),
    desk.asTool({ ...asking, toolName: "ask_too" }),
    desk.asTool({ ...asking, toolName: "ask_streaming", onStream }),
    desk.asTool({ ...asking, toolName: "ask_if_approved", needsApproval: true }),
  ]);
  const hall = agent("hall", [
    front.asTool({ ...asking, toolName: "ask" }),
    front.asTool({ ...asking, toolName: "ask_streaming", onStream }),
  ]);
  // Without a tool that always needs an approval.
  const asked = desk.tools.filter(({ name }) => ["plain", "free"].includes(name));
  return { desk, front, hall, casual: agent("casual", asked), hidden: agent("hidden", [shell]) };
}

function agent(name: string, tools: Tool[]): Agent {
  return new Agent({ name, instructions: name, tools });
}

/** The services `Desk` and `Remote`. */
export function deskServices(observer: DeskObserver, models: ModelProvider) {
  const agents = deskAgents(observer);
  const deskService = service({
    name: "Desk",
    handlers: {
      run: async (ctx: Context, input: DeskInput): Promise<string> => {
        const { approvals = {}, formatted } = input;
        const request = (asked: ApprovalRequest) => observer.request(ctx.request().id, asked);
        const runner = new DurableRunner(ctx, {
          modelProvider: models,
          plugins: approvals ? [approvalsBy({ ...approvals, request })] : [],
          ...(formatted && { toolErrorFormatter: FORMATTERS[formatted] }),
        });
        const text = JSON.stringify(input.calls);
        const agent = agents[input.agent];
        if (!input.stream) return String((await runner.run(agent, text)).finalOutput);
        const result = await runner.run(agent, text, { stream: true });
        for await (const _event of result);
        await result.completed;
        return String(result.finalOutput);
      },
    },
  });
  const remoteService = service({
    name: "Remote",
    handlers: {
      work: (ctx: Context, { what }: { what: string }): Promise<string> =>
        ctx.run("work", () => `remote ${what}`),
    },
  });
  return [deskService, remoteService];
}

const FORMATTERS: Record<"wording" | "broken", NonNullable<RunConfig["toolErrorFormatter"]>> = {
  wording: ({ kind, toolName }) => `${toolName}: ${kind}.`,
  broken: () => {
    throw new Error("no words");
  },
};

export interface DeskModels extends ModelProvider {
  readonly calls: () => number;
}

/** @param onCall called for each call, with the agent's name */
export function deskModels(onCall: (agent: string) => void = () => {}): DeskModels {
  const scripted = scriptedModels((request) => {
    onCall(request.systemInstructions ?? "");
    const results = resultsOf(request);
    return results.length > 0 ? results.join(" | ") : JSON.parse(userText(request));
  });
  return {
    calls: scripted.calls,
    getModel: async (name) => {
      const model = await scripted.getModel(name);
      return {
        ...model,
        getResponse: async (request) => {
          const response = await model.getResponse(request);
          for (const item of response.output) {
            if (item.type !== "function_call") continue;
            const { raw } = JSON.parse(item.arguments);
            if (raw !== undefined) item.arguments = raw;
          }
          return { ...response, output: response.output.map(shellCall) };
        },
      };
    },
  };
}

function shellCall(item: AgentOutputItem): AgentOutputItem {
  if (item.type !== "function_call" || item.name !== "shell") return item;
  return { type: "shell_call", callId: item.callId, action: { commands: ["rm"] } };
}

function userText({ input }: ModelRequest): string {
  if (typeof input === "string") return input;
  const message = input.find((item) => "role" in item && item.role === "user");
  const content = message && "content" in message ? message.content : "";
  return typeof content === "string" ? content : JSON.stringify(content);
}

function resultsOf({ input }: ModelRequest): string[] {
  return typeof input === "string" ? [] : input.flatMap(resultOf);
}

function resultOf(item: AgentInputItem): string[] {
  if (item.type !== "function_call_result") return [];
  const parts = [item.output].flat();
  return [
    parts.map((part) => (typeof part === "string" ? part : "text" in part ? part.text : "")).join(" + "),
  ];
}
