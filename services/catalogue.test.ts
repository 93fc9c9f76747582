import { existsSync, readdirSync } from "node:fs";
import { assessors as contracts } from "@holdfast/contracts";
import { expect, it } from "vitest";
import {
  agents,
  assessors,
  CONTAINER_PORTS,
  entryOf,
  gateway,
  healthPortOf,
  releaseJobs,
  simulator,
} from "./catalogue.ts";

it("has each folder that starts a process, once", () => {
  const folders = readdirSync(new URL(".", import.meta.url)).filter((name) => existsSync(entryOf(name)));
  const names = [...agents, gateway, simulator, releaseJobs].map(({ name }) => name);
  expect(names.sort()).toEqual(folders.sort());
});

it("gives each port once", () => {
  const ports = [
    ...agents.flatMap((agent) => [agent.port, healthPortOf(agent)]),
    gateway.port,
    simulator.port,
  ];
  expect(new Set(ports).size).toBe(ports.length);
  expect(new Set(Object.values(CONTAINER_PORTS)).size).toBe(2);
});

it("has the assessors that there are contracts of", () => {
  const asked = Object.values(contracts).map(({ agent }) => agent);
  expect(assessors.map(({ name }) => name).sort()).toEqual(asked.sort());
});
