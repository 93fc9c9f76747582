/**
 * Finds the `restate-server` binary. The npm package's own command is a Node script that spawns the binary: a
 * SIGKILL would end the script and leave the server running, so the binary is started directly.
 */

import { createRequire } from "node:module";

const WRAPPER_PACKAGE = "@restatedev/restate-server";

/**
 * The path of the server's binary for this platform.
 *
 * @throws Error when npm has installed none for it, naming the supported platforms.
 */
export function restateBinary(): string {
  const fromHere = createRequire(import.meta.url);
  try {
    // The platform's package is a dependency of the wrapper, so it resolves from there alone.
    const fromWrapper = createRequire(fromHere.resolve(`${WRAPPER_PACKAGE}/package.json`));
    return fromWrapper.resolve(`${WRAPPER_PACKAGE}-${process.platform}-${process.arch}/bin/restate-server`);
  } catch (cause) {
    throw new Error(
      `No restate-server binary for ${process.platform}-${process.arch}. ` +
        `${WRAPPER_PACKAGE} has one for Linux and macOS on x64 and arm64; install without --no-optional, ` +
        "or run Restate in its container and register the services there.",
      { cause },
    );
  }
}
