// The benchmark's results, as results.json keeps them: the figures that have bars on top, what they were made of below.

import type { AgentProcess } from "./measures/agent-process.ts";
import type { ChatSession } from "./measures/chat-session.ts";
import type { Concurrency } from "./measures/concurrency.ts";
import type { Crashes } from "./measures/crash.ts";
import type { Features, ModelName } from "./measures/features.ts";
import type { FirstToken } from "./measures/first-token.ts";
import type { OverHttp } from "./measures/over-http.ts";
import type { Overhead } from "./measures/overhead.ts";
import type { ParallelTools } from "./measures/parallel-tools.ts";
import type { SlowModel } from "./measures/slow-model.ts";
import type { Stored } from "./measures/stored.ts";
import type { TelemetryCost } from "./measures/telemetry.ts";
import type { RunSettings } from "./settings.ts";
import { rounded } from "./stats.ts";
import { FEATURE_NAMES, type FeatureName } from "./variants/features.ts";

const FEW_TOOLS = 3;
const MANY_TOOLS = 32;

/** By the number of turns. */
type ByTurns<T> = Readonly<Record<string, T>>;

/** Everything that was measured. */
export interface Measurements {
  readonly overhead: ByTurns<Overhead>;
  readonly slowModel: SlowModel;
  readonly overHttp: OverHttp;
  /** By the number of tools. */
  readonly parallelTools: Readonly<Record<string, ParallelTools>>;
  readonly stored: ByTurns<Stored>;
  readonly firstToken: FirstToken;
  readonly features: Readonly<Record<ModelName, Features>>;
  readonly chatSession: ChatSession;
  readonly agentProcess: AgentProcess;
  readonly concurrency: Concurrency;
  readonly crashes: Crashes;
  readonly telemetry: TelemetryCost;
}

/** What the library has bars for, of the Vercel AI SDK on Restate's middleware. */
interface VercelResults {
  readonly overheadVsHandLoop: ByTurns<number>;
  readonly runRatio50ms: number;
  readonly parallelToolsMs: number;
  readonly parallelTools32VsAgentsSdk: number;
  readonly storedRatio: ByTurns<number>;
}

export interface Results {
  readonly overheadVsHandLoop: ByTurns<number>;
  readonly runRatio50ms: number;
  readonly parallelToolsMs: number;
  readonly parallelTools32VsAgentsSdk: number;
  readonly storedRatio: ByTurns<number>;
  readonly featureRatios: Readonly<Record<FeatureName, Readonly<Record<ModelName, number>>>>;
  readonly firstTokenMs: FirstToken["medians"];
  readonly sessionTurn300vs3: number;
  readonly agentIdleMiB: number;
  readonly agentReadyMs: number;
  /** Model calls after a crash in the middle of 50 runs. */
  readonly crash: { readonly inFlight: number; readonly repeated: number };
  /** With telemetry, of or beside what it is without. */
  readonly telemetry: {
    readonly throughput: { readonly overHttp: number; readonly instantModel: number };
    readonly moreMiB: number;
  };
  readonly vercel: VercelResults;
  readonly raw: Measurements;
  readonly node: string;
  readonly date: string;
  readonly seed: number;
  readonly quick: boolean;
  readonly rounds: RunSettings["rounds"];
}

export function toResults(raw: Measurements, { seed, quick, rounds }: RunSettings): Results {
  const three = toolsMs(raw, FEW_TOOLS);
  const many = toolsMs(raw, MANY_TOOLS);
  const { inFlight, repeated } = raw.crashes.of.library;
  return {
    overheadVsHandLoop: mapValues(raw.overhead, ({ ratio }) => ratio),
    runRatio50ms: raw.slowModel.ratio,
    parallelToolsMs: rounded(three.library, 1),
    parallelTools32VsAgentsSdk: rounded(many.library / many.agentsSdk),
    storedRatio: mapValues(raw.stored, ({ ratio }) => ratio),
    featureRatios: featureRatios(raw),
    firstTokenMs: raw.firstToken.medians,
    sessionTurn300vs3: raw.chatSession.ratio,
    agentIdleMiB: raw.agentProcess.idleMiB,
    agentReadyMs: raw.agentProcess.readyMs,
    crash: { inFlight, repeated },
    telemetry: telemetry(raw),
    vercel: {
      overheadVsHandLoop: mapValues(raw.overhead, ({ vercelRatio }) => vercelRatio),
      runRatio50ms: raw.slowModel.vercelRatio,
      parallelToolsMs: rounded(three.vercel, 1),
      parallelTools32VsAgentsSdk: rounded(many.vercel / many.agentsSdk),
      storedRatio: mapValues(raw.stored, ({ vercelRatio }) => vercelRatio),
    },
    raw,
    node: process.version,
    date: new Date().toISOString(),
    seed,
    quick,
    rounds,
  };
}

function toolsMs({ parallelTools }: Measurements, tools: number): ParallelTools["medians"] {
  const measured = parallelTools[tools];
  if (!measured) throw new Error(`${tools} parallel tools were not measured`);
  return measured.medians;
}

function featureRatios({ features: { instantModel, model50ms } }: Measurements): Results["featureRatios"] {
  const ratios = FEATURE_NAMES.map((name) => [
    name,
    { instantModel: instantModel.ratios[name], model50ms: model50ms.ratios[name] },
  ]);
  return Object.fromEntries(ratios);
}

function telemetry({ telemetry: { load, usedMiB } }: Measurements): Results["telemetry"] {
  const { overHttp, instantModel } = load;
  return {
    throughput: { overHttp: overHttp.ratio.median, instantModel: instantModel.ratio.median },
    moreMiB: rounded(usedMiB.on - usedMiB.off, 1),
  };
}

function mapValues<T, U>(values: ByTurns<T>, of: (value: T) => U): ByTurns<U> {
  return Object.fromEntries(Object.entries(values).map(([key, value]) => [key, of(value)]));
}
