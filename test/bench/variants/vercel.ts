// The nearest peer: the Vercel AI SDK on Restate's own middleware, used as Restate's guide says
// (docs.restate.dev/ai/patterns): the model behind `durableCalls`, each tool's work in a `ctx.run`, and the model asked
// to call one tool at a time, since tools that run side by side on Restate's context break its replay.

import { type Context, RestatePromise } from "@restatedev/restate-sdk";
import { durableCalls } from "@restatedev/vercel-ai-middleware";
import { generateText, isStepCount, tool, wrapLanguageModel } from "ai";
import { type Observer, unobserved } from "./observer.ts";
import { journaled, withoutRestate } from "./step.ts";
import {
  INSTRUCTIONS,
  lookUp,
  questionOf,
  type Task,
  TOOL_DESCRIPTION,
  TOOL_NAME,
  toolParameters,
} from "./task.ts";
import {
  FAN_OUT_NAME,
  fanOutModel,
  fanOutParameters,
  type LanguageModel,
  scriptedLanguageModel,
} from "./vercel-model.ts";

const ONE_TOOL_AT_A_TIME = { openai: { parallelToolCalls: false } };

interface VercelOptions {
  /** The task's, in this process, when left out. */
  readonly model?: LanguageModel;
  readonly observer?: Observer;
}

/** The run on the middleware, to be called in a handler; without a context the AI SDK's alone. */
export async function runOnVercel(
  ctx: Context | undefined,
  task: Task,
  { model, observer = unobserved }: VercelOptions = {},
): Promise<string> {
  const steps = ctx ? journaled(ctx) : withoutRestate;
  const { text } = await generateText({
    model: durable(ctx, model ?? scriptedLanguageModel(task, observer)),
    instructions: INSTRUCTIONS,
    prompt: questionOf(task),
    tools: {
      [TOOL_NAME]: tool({
        description: TOOL_DESCRIPTION,
        inputSchema: toolParameters,
        execute: ({ section }) =>
          steps.run("tool", () => {
            observer.toolStarted();
            return lookUp(section, task.toolMs);
          }),
      }),
    },
    stopWhen: [isStepCount(task.turns * task.toolsPerTurn + 1)],
    ...(ctx && { providerOptions: ONE_TOOL_AT_A_TIME }),
  });
  return text;
}

/** What the guide advises where tools must run side by side: one tool that does the work of all of a turn's calls. */
export async function runOnVercelFanOut(
  ctx: Context,
  task: Task,
  observer: Observer = unobserved,
): Promise<string> {
  const { text } = await generateText({
    model: durable(ctx, fanOutModel(task, observer)),
    instructions: INSTRUCTIONS,
    prompt: questionOf(task),
    tools: {
      [FAN_OUT_NAME]: tool({
        description: "Looks up several sections of a policy",
        inputSchema: fanOutParameters,
        execute: ({ sections }) =>
          RestatePromise.all(
            sections.map((section) =>
              ctx.run("tool", () => {
                observer.toolStarted();
                return lookUp(section, task.toolMs);
              }),
            ),
          ),
      }),
    },
    stopWhen: [isStepCount(task.turns + 1)],
    providerOptions: ONE_TOOL_AT_A_TIME,
  });
  return text;
}

function durable(ctx: Context | undefined, model: LanguageModel): LanguageModel {
  return ctx ? wrapLanguageModel({ model, middleware: durableCalls(ctx, { maxRetryAttempts: 3 }) }) : model;
}
