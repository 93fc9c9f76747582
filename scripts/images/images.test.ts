import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { chooseImages, images } from "./catalog.ts";
import { buildArgsOf, labelsOf, tagsOf } from "./main.ts";
import { root, sourceVersion } from "./source-version.ts";

const read = (file: string) => readFileSync(join(root, file), "utf8");

it("are there for each service that starts a process", () => {
  const services = readdirSync(join(root, "services")).filter((name) =>
    existsSync(join(root, "services", name, "main.ts")),
  );
  expect(images.map(({ service }) => service).sort()).toEqual(services.sort());
});

it("are all built, or those that are named", () => {
  expect(chooseImages([])).toEqual(images);
  expect(chooseImages(["gateway"]).map(({ service }) => service)).toEqual(["gateway"]);
  expect(() => chooseImages(["gateway", "fruad"])).toThrow(
    /^There is no service fruad. Known are coordinator, /,
  );
});

it("are tagged by version and commit, under any registry", () => {
  const source = { version: "1.2.3", revision: "0123456789ab-dirty", repository: undefined };
  expect(tagsOf("fraud", source)).toEqual(["holdfast/fraud:1.2.3", "holdfast/fraud:0123456789ab-dirty"]);
  expect(tagsOf("fraud", { ...source, revision: undefined }, "registry.example/claims/")).toEqual([
    "registry.example/claims/holdfast/fraud:1.2.3",
  ]);
});

it("are labelled with what is known", () => {
  const source = { version: "1.2.3", revision: undefined, repository: undefined };
  expect(labelsOf(source)).toEqual({ "org.opencontainers.image.version": "1.2.3" });
  expect(Object.keys(labelsOf({ ...source, revision: "abc", repository: "https://x.example" }))).toHaveLength(
    3,
  );
});

it("have their ports, and a health check unless they are a job", () => {
  const argsOf = (name: string) => chooseImages([name]).map((image) => buildArgsOf(image, "node:24"));
  expect(argsOf("fraud")).toEqual([
    {
      SERVICE: "fraud",
      NODE_IMAGE: "node:24",
      PORTS: "9080 9081",
      HEALTH_URL: "http://127.0.0.1:9081/livez",
    },
  ]);
  expect(argsOf("release-jobs")).toEqual([
    { SERVICE: "release-jobs", NODE_IMAGE: "node:24", PORTS: "", HEALTH_URL: "" },
  ]);
});

it("install with the same pnpm as everything else", () => {
  const [pnpm] = /pnpm@[\d.]+/.exec(read("scripts/setup.mjs")) ?? [];
  expect(read("services/Dockerfile")).toContain(`ARG PNPM=${pnpm}\n`);
});

it("have a version", () => {
  expect(sourceVersion().version).toMatch(/^\d+\.\d+\.\d+/);
});
