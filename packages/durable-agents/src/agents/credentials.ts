// Keeps keys out of messages: an API's errors quote the key they refuse, and end up in journals, logs and replies.

// What looks like a secret rather than a word of a sentence.
const SECRET = String.raw`(?=\S*\d|\S{20,})\S{6,}`;

const PATTERNS = [
  /\b()(?:sk|pk|rk)-[\w*.-]{4,}/g,
  /(api[ _-]?key(?: provided)?\s*[:=]\s*)\S+/gi,
  /([?&](?:key|token)=)[^&\s]+/gi,
  new RegExp(String.raw`((?:api[ _-]?key|bearer|basic)\s+)${SECRET}`, "gi"),
];

/** The text, with `[key]` in the place of each credential in it. */
export function withoutCredentials(text: string): string {
  return PATTERNS.reduce((cleaned, pattern) => cleaned.replaceAll(pattern, "$1[key]"), text);
}
