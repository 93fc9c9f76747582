// docs/tour.md cannot rot: its lines are typed as they stand. With OPENAI_API_KEY set (and OPENAI_BASE_URL, OPENAI_MODEL,
// OPENAI_API) they are answered by that model, not by the simulator; nothing here depends on its wording.

import { readFile } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import { AnswerLines } from "./support/answer-lines.ts";
import { curl } from "./support/curl.ts";
import { useSystem } from "./system.ts";

const realModel = process.env.OPENAI_API_KEY
  ? Object.fromEntries(
      Object.entries(process.env).filter(
        (entry): entry is [string, string] => entry[0].startsWith("OPENAI_") && entry[1] !== undefined,
      ),
    )
  : undefined;
// A real model thinks for seconds, some forty times.
const TIMEOUT = realModel ? { timeout: 900_000 } : {};

describe.each(["default", "always-replay"] as const)("docs/tour.md [%s]", (mode) => {
  const answers = new AnswerLines();
  const system = useSystem({ mode, gateway: true, onLine: answers.onLine, env: realModel ?? {} });

  it("every line does what the page says", TIMEOUT, async () => {
    const page = await readFile(new URL("../../docs/tour.md", import.meta.url), "utf8");
    const lines = [...page.matchAll(/^```sh\n(.*?)^```/gms)].flatMap(([, block = ""]) =>
      block.split("\n").filter((line) => line.startsWith("curl ")),
    );
    expect(lines.length).toBeGreaterThan(45);
    const { server, gatewayUrl } = system();
    let id = "";
    for (const line of lines) {
      const [typed = "", status = "2.."] = line.split(/ +# HTTP (?=\d{3})/);
      const known = answers.count;
      const command = typed.replace(/ &$/, "").replace("$APPROVAL", answers.lastApproval).replace("$ID", id);
      const answer = await curl(command, { ingressUrl: server.ingressUrl, gatewayUrl });
      expect(`${line}: ${answer.status}`).toMatch(new RegExp(`: ${status}$`));
      if (/\/send/.test(line)) id = answer.id;
      if (/ClaimApproval(WithTimeouts)?Agent\/run\/send/.test(line)) await answers.after(known);
    }
  });
});
