import { globSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { StandIn } from "@holdfast/simulator";
import { expect, it } from "vitest";
import * as standIns from "./stand-ins.ts";

const services = new URL("../", import.meta.url);
const exclude = ["**/node_modules"];
const files = globSync("**/simulated.ts", { cwd: fileURLToPath(services), exclude });

it.each(files)("knows the stand-ins of services/%s", async (file) => {
  const { simulated } = (await import(new URL(file, services).href)) as { simulated: StandIn[] };
  expect(simulated.length).toBeGreaterThan(0);
  for (const standIn of simulated) expect(Object.values(standIns).flat()).toContain(standIn);
});
