// Journals of a running system leave it without personal data, and this build replays them.

import { spawnSync } from "node:child_process";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sampleClaim } from "@holdfast/contracts";
import { readJournals } from "@holdfast/replay";
import { afterEach, beforeEach, expect, it } from "vitest";
import { holdCalls } from "./support/model-calls.ts";
import { answerPublicly, ReviewsAsked } from "./support/reviews.ts";
import { useSystem } from "./system.ts";

const CANARIES = ["Zebulon", "Quarktown", "fibula", "NX-778123", "lavender", "marmalade"];

const claim = {
  ...sampleClaim,
  amount: 8000,
  claimant: "Zebulon O'Brien",
  placeOfService: "Quarktown Clinic",
  reason: 'a fibula that broke: "twice"',
  policyNumber: "NX-778123",
};

const reviews = new ReviewsAsked();
const system = useSystem({ onLine: reviews.onLine });

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "holdfast-journals-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

it("exports what is in flight, with nothing personal, and replays it", async () => {
  const { simulator, server, send, call } = system();
  await send("Claim", "submit", claim, { key: "waits" });
  await reviews.awakeable("waits");
  await send("Claim", "submit", { ...claim, amount: 9000 }, { key: "unclear" });
  await answerPublicly(system(), await reviews.awakeable("unclear"), '"lavender"');
  await reviews.awakeable("unclear", 2);
  await call("Chat", "message", { message: "A poem about marmalade." }, { key: "talk" });
  const held = holdCalls(simulator, () => true);
  await send("Chat", "message", { message: "And about lavender." }, { key: "talk" });
  await send("SubWorkflowClaimApprovalAgent", "run", { message: "My fibula: 3000USD." });
  await held.arrived(2);

  const out = join(folder, "journals");
  expect(run("export-journals", "--url", server.adminUrl, "--out", out)).toMatchObject({ status: 0 });
  const journals = [...(await readJournals(out)).values()];
  expect(new Set(journals.map(({ service }) => service))).toEqual(
    new Set(["Claim", "HumanApprovalWorkflow", "Chat", "SubWorkflowClaimApprovalAgent"]),
  );
  const texts = journals.flatMap(({ entries, ...head }) => [
    JSON.stringify(head),
    ...entries.map(({ raw, ...entry }) => JSON.stringify(entry) + Buffer.from(raw, "base64").toString()),
  ]);
  for (const canary of CANARIES) {
    expect(texts.filter((text) => text.toLowerCase().includes(canary.toLowerCase()))).toEqual([]);
  }

  expect(run("replay-check", out)).toEqual({
    status: 0,
    output: `✔ ${journals.length} journals replayed, 0 of them would break.\n`,
  });
  expect(run("replay-check", "--url", server.adminUrl)).toMatchObject({ status: 0 });

  // One that this build would not have written.
  const [file = ""] = (await readdir(out)).filter((name) => name.startsWith("HumanApprovalWorkflow."));
  const text = await readFile(join(out, file), "utf8");
  const renamed = (raw: string) =>
    Buffer.from(raw, "base64").toString("latin1").replace("request review", "request answer");
  const journal = JSON.parse(text);
  for (const entry of journal.entries)
    entry.raw = Buffer.from(renamed(entry.raw), "latin1").toString("base64");
  await writeFile(join(out, file), JSON.stringify(journal));
  const broken = run("replay-check", out);
  expect(broken.status).toBe(1);
  expect(broken.output).toContain("✖ HumanApprovalWorkflow/requestApproval, step ");
  expect(broken.output).toContain('this build has a step "request review" there');
  expect(broken.output).toContain(`✖ ${journals.length} journals replayed, 1 of them would break.`);
});

function run(script: "export-journals" | "replay-check", ...args: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [`scripts/${script}.ts`, ...args], {
    encoding: "utf8",
  });
  return { status, output: stdout + stderr };
}
