// The compose file says again what others know: which services there are, their ports, the version.

import { expect, it } from "vitest";
import { images } from "../../scripts/images/catalog.ts";
import { buildArgsOf } from "../../scripts/images/main.ts";
import { sourceVersion } from "../../scripts/images/source-version.ts";
import { agents } from "../../services/catalogue.ts";
import { readComposeFile } from "./support/compose-file.ts";

const { services } = readComposeFile();
const own = Object.values(services).filter(({ build }) => build !== undefined);

it("has each image of this version, built as `npm run images` builds it", () => {
  const { version } = sourceVersion();
  const expected = images.map((image) => [image.service, buildArgsOf(image, "any")] as const);
  expect(own.map(({ image }) => image).sort()).toEqual(
    images.map(({ service }) => `holdfast/${service}:${version}`).sort(),
  );
  for (const [service, { NODE_IMAGE: _, ...args }] of expected) {
    const entry = own.find(({ image }) => image.startsWith(`holdfast/${service}:`));
    // What is left out is the Dockerfile's default, which is that of agents.
    const { NODE_IMAGE: __, ...byDefault } = buildArgsOf({ ...agentImage, service }, "any");
    expect({ ...byDefault, ...entry?.build?.args }).toEqual(args);
  }
});

const agentImage = images.find(({ service }) => service === agents[0]?.name) ?? images[0]!;

it("registers each agent", () => {
  const registered = services.register?.command?.filter((arg) => arg.startsWith("--deployment="));
  expect(registered).toEqual(agents.map(({ name }) => `--deployment=http://${name}:9080`));
});

it("publishes nothing to other machines, and lets none of ours write into its image", () => {
  const ports = Object.values(services).flatMap(({ ports = [] }) => ports);
  expect(ports).toHaveLength(6);
  for (const port of ports) expect(port).toMatch(/^127\.0\.0\.1:/);
  for (const service of own) expect(service.read_only).toBe(true);
});
