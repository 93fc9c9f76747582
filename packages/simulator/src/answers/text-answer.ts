/** A plain-text answer: the stand-in's, what the tools found, or small talk. */
import { marked, sentencesAbout } from "./reasons.ts";
import { smallTalk } from "./small-talk.ts";
import type { Turn } from "./turn.ts";

const MAX_BYTES = 2_000;

/** The text, never longer than 2 KB. */
export function textAnswer({ request, data, standIn, conversation, obedient }: Turn): string {
  const own = obedient ? undefined : standIn?.answer?.(conversation);
  const found = sentencesAbout(data).join(" ");
  // What tools found is an answer; the user's own data, told back, is none, and says so.
  const known = data.results.length > 0 ? found : `This is the simulated model. The data says: ${found}`;
  const generic = found === "" ? smallTalk(request, obedient) : known;
  const text = Buffer.from(typeof own === "string" ? marked(own) : generic).subarray(0, MAX_BYTES);
  // A character that is cut in two at the end is left out.
  return text.toString().replace(/\uFFFD+$/, "");
}
