import { describe, expect, it } from "vitest";
import type { ProgressFrame } from "./progress-events.ts";
import { EMPTY_PROGRESS_VIEW, foldProgress, type ProgressView } from "./progress-view.ts";

type Told = ProgressFrame extends infer F
  ? F extends { id: number }
    ? Omit<F, "v" | "id" | "run" | "seq">
    : never
  : never;

function viewOf(frames: readonly Told[], run = "inv_a/1"): ProgressView {
  return frames.reduce<ProgressView>(
    (view, frame, n) => foldProgress(view, { v: 1, run, seq: n, ...frame, id: n + 1 } as ProgressFrame),
    EMPTY_PROGRESS_VIEW,
  );
}

const agent = "Front";
const call = { agent, tool: "look_up", callId: "c1" };
const started: Told[] = [
  { type: "run_started", agent },
  { type: "model_started", agent, step: 0 },
];

describe("the view of a run", () => {
  it.each<[string, Told[], Partial<ProgressView>]>([
    ["waits before the first frame", [], { status: "waiting", text: "", lastId: 0 }],
    ["shows who works", started, { status: "running", agent, text: "" }],
    ["puts deltas together", [...started, delta("Hel"), delta("lo")], { text: "Hello", lastId: 4 }],
    [
      "forgets them at a reset",
      [...started, delta("Hel"), { type: "reset", agent, step: 0, attempt: 1 }],
      { text: "" },
    ],
    [
      "takes the whole text for what counts",
      [...started, delta("Hel"), { type: "model_ended", agent, step: 0, text: "Hello" }],
      { text: "Hello" },
    ],
    [
      "shows the next model call's text alone",
      [...started, delta("Hello"), { type: "model_started", agent, step: 1 }, delta("late", 0)],
      { text: "", step: 1 },
    ],
    [
      "shows no text of agents used as tools",
      [
        ...started,
        { type: "agent_updated", agent: "Inner", parent: "c1" },
        { type: "model_started", agent: "Inner", parent: "c1", step: 1 },
        { ...delta("secret", 1), parent: "c1" },
        { type: "model_ended", agent: "Inner", parent: "c1", step: 1, text: "secret" },
      ],
      { agent, text: "", step: 0 },
    ],
    ["shows a handoff", [...started, { type: "agent_updated", agent: "Back" }], { agent: "Back" }],
    [
      "shows a call that waits for its approval",
      [...started, { type: "approval_requested", ...call }],
      { tools: [{ ...call, waitsForApproval: true }] },
    ],
    [
      "shows it as running when it has it",
      [
        ...started,
        { type: "approval_requested", ...call },
        { type: "approval_answered", ...call },
        { type: "tool_started", ...call },
      ],
      { tools: [{ ...call, waitsForApproval: false }] },
    ],
    [
      "keeps the other calls when one ends",
      [
        ...started,
        { type: "tool_started", ...call },
        { type: "tool_started", ...call, callId: "c2" },
        { type: "tool_ended", ...call },
      ],
      { tools: [{ ...call, callId: "c2", waitsForApproval: false }] },
    ],
    [
      "has an end",
      [...started, { type: "tool_started", ...call }, { type: "run_ended", agent, outcome: "cancelled" }],
      { status: "cancelled", tools: [] },
    ],
    [
      "shows nothing of which the beginning is gone",
      [...started, delta("Hel"), { type: "truncated" }, delta("lo")],
      { status: "running", text: "" },
    ],
    [
      "recovers from that at the model call's end",
      [{ type: "truncated" }, delta("lo"), { type: "model_ended", agent, step: 0, text: "Hello" }],
      { status: "running", agent, text: "Hello" },
    ],
  ])("%s", (_name, frames, expected) => {
    expect(viewOf(frames)).toMatchObject(expected);
  });

  it("takes a frame that comes twice once", () => {
    const view = viewOf([...started, delta("Hello")]);
    const again = { v: 1, id: view.lastId, run: "inv_a/1", seq: 0, ...delta("Hello") } as const;
    expect(foldProgress(view, again)).toBe(view);
  });

  it("follows the run that began last", () => {
    const first = viewOf([...started, delta("Hello")]);
    const second = foldProgress(first, {
      v: 1,
      id: 9,
      run: "inv_a/2",
      seq: 0,
      type: "run_started",
      agent: "B",
    });
    expect(second).toMatchObject({ run: "inv_a/2", agent: "B", text: "" });
    const late = foldProgress(second, {
      v: 1,
      id: 10,
      run: "inv_a/1",
      seq: 9,
      type: "run_ended",
      agent,
      outcome: "failed",
    });
    expect(late).toEqual({ ...second, lastId: 10 });
  });
});

function delta(text: string, step = 0): Extract<Told, { type: "text_delta" }> {
  return { type: "text_delta", agent, step, attempt: 1, delta: text };
}
