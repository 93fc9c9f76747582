/** Settings that are wrong: all of them in one message, which names them and never their values. */
export class SettingsError extends Error {
  constructor(problems: readonly string[]) {
    super(`Settings are wrong:\n${problems.map((problem) => `  ${problem}`).join("\n")}`);
    this.name = "SettingsError";
  }
}
