/** Words the reasons of an answer, and marks them: nobody shall take them for a model's. */
import { type ConversationData, valuesNamed } from "../conversation/data.ts";
import { nameWords } from "../conversation/names.ts";
import { isObject, type Json } from "../json.ts";

const MAX_REASONS = 10;
const MAX_TEXT = 400;
const REASON =
  /^(reason|rationale|justif|explan|evidence|summary|comment|note|message|answer|response|detail|descri)/;

/** Whether a field of this name holds reasons, or other words of the model's own. */
export const isReason = (name: string): boolean => nameWords(name).some((word) => REASON.test(word));

export const marked = (text: string): string => `Simulated: ${text}`;

/** Reasons as a list and as one text, whichever a schema takes: those that tools gave, else what is known. */
export function reasonsFor(name: string, data: ConversationData): Json[] {
  // The reason of a claim is none for a decision on it; a list of them is what somebody found.
  const told = [
    ...valuesNamed(data.results, name),
    ...valuesNamed(data.user, name).filter(Array.isArray),
  ].flat();
  const [given, known] = [told.filter((entry) => typeof entry === "string"), sentencesAbout(data)];
  const prose = data.prose === "" ? [] : [clip(data.prose)];
  const reasons = [given, known, prose].find((sentences) => sentences.length > 0) ?? [];
  const words = [...new Set(reasons)].slice(0, MAX_REASONS);
  return words.length === 0 ? [] : [words.map(marked), marked(words.join(" "))];
}

/** Sentences about what tools found; about the user's own data when no tool was called. */
export function sentencesAbout({ results, user }: ConversationData): string[] {
  const sources = results.length > 0 ? results.toReversed() : user.slice(0, 1);
  const sentences = sources.flatMap((value) => {
    // A tool that answered in words has said all that there is.
    if (!isObject(value)) return typeof value === "string" ? [clip(value)] : [];
    return Object.entries(value).flatMap(([field, entry]) => {
      if (entry === null || entry === "" || typeof entry === "object") return [];
      const name = nameWords(field).join(" ");
      return [`${name.charAt(0).toUpperCase()}${name.slice(1)} is ${clip(String(entry))}.`];
    });
  });
  return [...new Set(sentences)].slice(0, MAX_REASONS / 2);
}

const clip = (text: string): string => (text.length > MAX_TEXT ? `${text.slice(0, MAX_TEXT)}…` : text);
