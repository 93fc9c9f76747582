// The error that ends `npm start`: one line with the cause and the remedy.

export class FailedStart extends Error {
  override readonly name = "FailedStart";
}

/** One line for whatever was thrown. */
export function describeFailure(error: unknown): string {
  if (error instanceof FailedStart) return error.message;
  const message = error instanceof Error ? error.message : String(error);
  if (error instanceof Error && "code" in error && error.code === "ERR_MODULE_NOT_FOUND") {
    return `${firstLine(message)}. A package is missing: delete node_modules and run \`npm start\` again.`;
  }
  return firstLine(message);
}

function firstLine(text: string): string {
  return text.trim().split("\n", 1)[0] ?? "";
}
