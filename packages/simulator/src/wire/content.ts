/** Message content of both APIs: a string, or parts of which the text counts. */
import { z } from "zod";

const part = z.looseObject({
  type: z.string(),
  text: z.string().optional(),
  refusal: z.string().optional(),
});

/** Content as either API sends it. */
export const messageContent = z.union([z.string(), z.array(part)]);

/** The text of a message; an image or a file becomes a placeholder, so that it still counts as input. */
export function contentText(content: z.infer<typeof messageContent> | null | undefined): string {
  if (content === null || content === undefined) return "";
  if (typeof content === "string") return content;
  return content.map((entry) => entry.text ?? entry.refusal ?? `[${entry.type}]`).join("\n");
}
