// The agents in the compose files.

import { agents, CONTAINER_PORTS } from "../../services/catalogue.ts";
import { sourceVersion } from "../images/source-version.ts";
import { type GeneratedFile, read, withBlock } from "./file.ts";

export function composeFiles(): GeneratedFile[] {
  const [system, model] = ["deploy/compose.yaml", "deploy/compose.model.yaml"];
  const registrations = agents.map(({ name }) => `- --deployment=http://${name}:${CONTAINER_PORTS.restate}`);
  const containers = agents.flatMap(({ name }) => containerOf(name));
  return [
    {
      path: system,
      content: withBlock(withBlock(read(system), "agents", containers), "registrations", registrations),
    },
    {
      path: model,
      content: withBlock(
        read(model),
        "agents",
        agents.map(({ name }) => `${name}: *model`),
      ),
    },
  ];
}

function containerOf(name: string): string[] {
  return [
    `${name}:`,
    "  <<: *agent",
    `  image: \${HOLDFAST_REGISTRY:-}holdfast/${name}:\${HOLDFAST_VERSION:-${sourceVersion().version}}`,
    `  build: { context: .., dockerfile: services/Dockerfile, args: { SERVICE: ${name} } }`,
  ];
}
