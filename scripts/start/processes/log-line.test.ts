import { describe, expect, it } from "vitest";
import { reasonToEnd, shownLine } from "./log-line.ts";

const json = (fields: object) => JSON.stringify({ service: "fraud", ...fields });

describe("a line of a service", () => {
  it("shows when it is a warning or an error", () => {
    expect(shownLine(json({ level: "warn", msg: "retrying" }))).toEqual({ level: "warn", text: "retrying" });
    expect(shownLine(json({ level: "fatal", msg: "no" }))).toEqual({ level: "error", text: "no" });
  });

  it.each([
    json({ level: "info", msg: "ready" }),
    json({ level: "warn", msg: "GATEWAY_TOKEN is not set: anybody may call /api" }),
    json({ level: "warn", msg: "Accepting requests without validating request signatures; handler" }),
    "    at Module._compile (node:internal)",
    "{ not json",
    "",
  ])("stays in its file otherwise: %s", (line) => expect(shownLine(line)).toBeUndefined());

  it("shows a review that waits, with the line that answers it", () => {
    const review = {
      reviewId: "clm_1",
      answerWith: "curl http://localhost:8080/restate/awakeables/x/resolve",
    };
    expect(shownLine(json({ level: "info", msg: "a review waits for an answer", ...review }))).toEqual({
      level: "notice",
      text: `a review waits for an answer (clm_1):\n${review.answerWith}`,
    });
  });

  it("is one line, and not a long one", () => {
    const sdk = "Error when processing a Restate context operation.\n Premature close\n at stack";
    expect(shownLine(json({ level: "warn", msg: sdk }))?.text).toBe(
      "Error when processing a Restate context operation. Premature close",
    );
    expect(shownLine(json({ level: "warn", msg: "x".repeat(1000) }))?.text).toHaveLength(300);
  });
});

describe("why a process ended", () => {
  it.each([
    [
      [json({ level: "info", msg: "hi" }), json({ level: "fatal", msg: "port 1 is in use" })],
      "port 1 is in use",
    ],
    [
      ["file:///a.ts:1", "import x", "", "Error [ERR_MODULE_NOT_FOUND]: no 'x'", "    at y"],
      "Error [ERR_MODULE_NOT_FOUND]: no 'x'",
    ],
    [
      ["Settings are wrong:", "  OPENAI_BASE_URL: must be a URL"],
      "Settings are wrong: OPENAI_BASE_URL: must be a URL",
    ],
    [[json({ level: "info", msg: "hi" })], undefined],
    [[], undefined],
  ])("is its own word on it: %#", (lines, reason) => expect(reasonToEnd(lines)).toBe(reason));
});
