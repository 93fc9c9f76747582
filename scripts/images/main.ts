// Builds images one after the other: they share the layers that take long.

import { join } from "node:path";
import { parseArgs } from "node:util";
import { chooseImages, type ServiceImage } from "./catalog.ts";
import { build, copyFromImage, inspectImage, removeImage, requireDocker } from "./docker.ts";
import { addNode } from "./sbom.ts";
import { root, type SourceVersion, sourceVersion } from "./source-version.ts";

const USAGE = `Builds the images of the services, all or those named, as <registry>/holdfast/<service>, tagged with the version and the commit.

  npm run images -- [options] [service...]

  --registry HOST/PATH   comes before the images' names
  --node-image IMAGE     what they stand on (node:24-bookworm-slim)
  --no-cache             builds every layer anew
  --verbose              shows Docker's output
  --help

Lists of their parts (CycloneDX) go to dist/sbom.
`;

const DEFAULT_NODE_IMAGE = "node:24-bookworm-slim";
const MEBIBYTE = 1 << 20;
/** What a service may add to the image it stands on. */
const SIZE_LIMIT_MIB = 40;

interface Options {
  readonly registry: string | undefined;
  readonly nodeImage: string;
  readonly noCache: boolean;
  readonly verbose: boolean;
}

/** @returns the exit code */
export async function main(args: readonly string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      registry: { type: "string" },
      "node-image": { type: "string", default: DEFAULT_NODE_IMAGE },
      "no-cache": { type: "boolean", default: false },
      verbose: { type: "boolean", default: false },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) {
    process.stdout.write(USAGE);
    return 0;
  }
  const chosen = chooseImages(positionals);
  await requireDocker();
  const options: Options = {
    registry: values.registry,
    nodeImage: values["node-image"],
    noCache: values["no-cache"],
    verbose: values.verbose,
  };
  const source = sourceVersion();
  for (const image of chosen) await buildImage(image, source, options);
  return 0;
}

async function buildImage(image: ServiceImage, source: SourceVersion, options: Options): Promise<void> {
  const { service } = image;
  const { nodeImage, noCache, verbose } = options;
  const startedAt = performance.now();
  const tags = tagsOf(service, source, options.registry);
  const buildArgs = buildArgsOf(image, nodeImage);
  await build({ tags, buildArgs, labels: labelsOf(source), noCache, verbose });
  const [{ size, env }, base] = await Promise.all([inspectImage(tags[0] ?? ""), inspectImage(nodeImage)]);
  const added = (size - base.size) / MEBIBYTE;
  if (added > SIZE_LIMIT_MIB) {
    throw new Error(
      `The image of ${service} adds ${added.toFixed(1)} MiB to ${nodeImage}; ${SIZE_LIMIT_MIB} are allowed.`,
    );
  }
  const parts = await writeSbom(service, buildArgs, env.NODE_VERSION ?? "unknown", verbose);
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(0);
  console.log(`${tags.join("  ")}  +${added.toFixed(1)} MiB, ${parts} parts, ${seconds} s`);
}

/** The bundling's own list, out of the stage that the image was made from: by now all of it is cached. */
async function writeSbom(
  service: string,
  buildArgs: Readonly<Record<string, string>>,
  nodeVersion: string,
  verbose: boolean,
): Promise<number> {
  const stage = `holdfast-bundle/${service}:sbom`;
  const file = join(root, "dist/sbom", `${service}.cdx.json`);
  await build({ tags: [stage], buildArgs, target: "bundle", verbose });
  try {
    await copyFromImage(stage, "/sbom.json", file);
  } finally {
    await removeImage(stage);
  }
  return addNode(file, nodeVersion);
}

/** The image's names: by version, and by commit where there is one. */
export function tagsOf(service: string, source: SourceVersion, registry?: string): string[] {
  const name = `${registry === undefined ? "" : `${registry.replace(/\/+$/, "")}/`}holdfast/${service}`;
  return [source.version, source.revision].flatMap((tag) => (tag === undefined ? [] : [`${name}:${tag}`]));
}

export function buildArgsOf(
  { service, ports, livePath }: ServiceImage,
  nodeImage: string,
): Record<string, string> {
  return {
    SERVICE: service,
    NODE_IMAGE: nodeImage,
    PORTS: ports.join(" "),
    HEALTH_URL: livePath === undefined ? "" : `http://127.0.0.1:${ports.at(-1)}${livePath}`,
  };
}

export function labelsOf({ version, revision, repository }: SourceVersion): Record<string, string> {
  return {
    "org.opencontainers.image.version": version,
    ...(revision && { "org.opencontainers.image.revision": revision }),
    ...(repository && { "org.opencontainers.image.source": repository }),
  };
}
