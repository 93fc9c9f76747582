// A made-up workspace where code is written and tried: it says what it was asked for, and does nothing. Called inside of durable steps.

export interface Workspaces {
  create(id: string): void;
  /** Writes a file and runs the tests. @returns what the tests said */
  build(id: string): string;
  /** Removes it if it is there. */
  remove(id: string): void;
}

export function workspaces(
  log: (done: { readonly action: string; readonly workspace: string }) => void,
): Workspaces {
  return {
    create: (workspace) => log({ action: "create", workspace }),
    build: (workspace) => {
      log({ action: "build", workspace });
      return "The code was written. All tests pass.";
    },
    remove: (workspace) => log({ action: "remove", workspace }),
  };
}
