// A new agent's name, and what is called after it.

import { existsSync } from "node:fs";
import { agents, gateway, releaseJobs, simulator } from "../../services/catalogue.ts";
import { absolute } from "../generated/file.ts";

export interface Names {
  /** `pre-authorization` */
  readonly name: string;
  /** `preAuthorization` */
  readonly camel: string;
  /** `PreAuthorization` */
  readonly pascal: string;
  /** `pre authorization` */
  readonly words: string;
}

// Its workload's name has the release's before it and the version's after it.
const LONGEST = 30;
/** Names of other containers, values of the chart, and findings. */
const TAKEN = new Set([
  ...[...agents, gateway, simulator, releaseJobs].map(({ name }) => name),
  ...[
    "restate",
    "register",
    "collector",
    "jaeger",
    "claim-test",
    "default-deny",
    "jobs",
    "rules",
    "decision",
  ],
  ...["agent", "model", "images", "identity", "telemetry", "global", "affinity", "tolerations", "rates"],
]);

/** @throws Error in one line, for arguments that are not one free name */
export function nameOf([name = "", ...more]: readonly string[]): string {
  if (more.length > 0 || !/^[a-z][a-z0-9]*(-[a-z][a-z0-9]*)*$/.test(name) || name.length > LONGEST) {
    throw new Error(
      `Give one name of lower-case words joined by dashes, at most ${LONGEST} characters long: npm run new-agent -- pre-authorization`,
    );
  }
  if (TAKEN.has(name) || existsSync(absolute(`services/${name}`))) {
    throw new Error(`The name ${name} is taken: choose another.`);
  }
  return name;
}

export function namesOf(name: string): Names {
  const words = name.split("-");
  const pascal = words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join("");
  return { name, pascal, camel: pascal.charAt(0).toLowerCase() + pascal.slice(1), words: words.join(" ") };
}
