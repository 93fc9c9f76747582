// The images: one for each folder in services/ that starts a process.

import { agents, CONTAINER_PORTS, gateway, releaseJobs, simulator } from "../../services/catalogue.ts";

/** An image, and what its Dockerfile cannot know of the service in it. */
export interface ServiceImage {
  readonly service: string;
  /** Where it listens by default. */
  readonly ports: readonly number[];
  /** Which path answers as long as it runs, at the last of its ports; a job has none. */
  readonly livePath?: string;
}

export const images: readonly ServiceImage[] = [
  ...agents.map(({ name }) => ({ service: name, ports: Object.values(CONTAINER_PORTS), livePath: "/livez" })),
  ...[gateway, simulator].map(({ name, port, livePath }) => ({ service: name, ports: [port], livePath })),
  { service: releaseJobs.name, ports: [] },
];

/** @throws Error naming the known ones, when one of the names is no image */
export function chooseImages(names: readonly string[]): readonly ServiceImage[] {
  const unknown = names.filter((name) => !images.some(({ service }) => service === name));
  if (unknown.length > 0) {
    const known = images.map(({ service }) => service).join(", ");
    throw new Error(`There is no service ${unknown.join(", ")}. Known are ${known}.`);
  }
  return names.length === 0 ? images : images.filter(({ service }) => names.includes(service));
}
