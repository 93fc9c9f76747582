import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeEach, describe, expect, it, onTestFinished, vi } from "vitest";
import { choosePorts, listPorts } from "../ports.ts";
import { findTelemetry } from "./find.ts";

const chosen = choosePorts(1000, true, true);
const ports = chosen.telemetry ?? expect.fail();
const find = (env = {}) => findTelemetry(ports, env);

/** All that is on the PATH. */
let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), "holdfast-path-"));
  vi.stubEnv("PATH", dir);
  onTestFinished(() => {
    vi.unstubAllEnvs();
    rmSync(dir, { recursive: true });
  });
});

function program(name: string, script = "exit 0"): void {
  writeFileSync(join(dir, name), `#!/bin/sh\n${script}\n`);
  chmodSync(join(dir, name), 0o755);
}

function programs(): void {
  program("otelcol-contrib");
  program("jaeger");
}

const docker = (script?: string) => program("docker", script);

it("are the programs, where there are both", () => {
  docker();
  programs();
  const { collector, jaeger, env } = find();
  expect([collector[0], jaeger[0]]).toEqual(["otelcol-contrib", "jaeger"]);
  expect(env).toMatchObject({ LISTEN_HOST: "127.0.0.1", OTLP_PORT: "5318", JAEGER_UI_PORT: "17686" });
});

it("are Docker's containers else, of the compose file's images or others", () => {
  docker();
  program("jaeger");
  const { collector, jaeger } = find({ JAEGER_IMAGE: "mirror/jaeger:2" });
  expect(collector).toContainEqual(expect.stringMatching(/^otel\/opentelemetry-collector-contrib:\d/));
  expect(jaeger).toContain("mirror/jaeger:2");
});

it("are asked for by one line when there is neither", () => {
  docker("exit 1");
  expect(find).toThrow(/^--telemetry needs a collector and Jaeger: put .* on the PATH, or start Docker\.$/);
});

it("are asked of Docker, which may not get them", () => {
  docker('case "$*" in *jaeger*) exit 1;; esac');
  expect(find).toThrow(/^Docker could not get jaegertracing\/jaeger:[\d.]+, which --telemetry needs\.$/);
});

describe("in Docker", () => {
  it("are reached by this machine alone, at ports that are looked at before a start", () => {
    docker();
    const { jaeger } = find();
    const published = jaeger.filter((_, i) => jaeger[i - 1] === "--publish");
    expect(published).toHaveLength(3);
    const known = listPorts(chosen).map(({ port }) => `127.0.0.1:${port}:${port}`);
    expect(known).toEqual(expect.arrayContaining(published));
  });

  it("are ended when a start that was killed has left them behind", () => {
    const log = join(dir, "log");
    docker(`echo "$*" >>${log}`);
    const { collector, jaeger, clear } = find();
    clear();
    const names = [collector, jaeger].map((command) => command[command.indexOf("--name") + 1]);
    expect(readFileSync(log, "utf8").trim().split("\n").at(-1)).toBe(`rm --force ${names.join(" ")}`);
  });
});

describe.each([
  ["programs", programs],
  ["Docker", docker],
])("Langfuse, by %s", (_, install) => {
  it("gets traces too when there are both keys, which are in no argument", () => {
    install();
    expect(find({ LANGFUSE_PUBLIC_KEY: "pk" }).env).not.toHaveProperty("LANGFUSE_AUTH");
    const { collector, env } = find({ LANGFUSE_PUBLIC_KEY: "pk", LANGFUSE_SECRET_KEY: "sk-secret" });
    expect(env.LANGFUSE_AUTH).toBe(Buffer.from("pk:sk-secret").toString("base64"));
    expect(collector.join(" ")).toContain("deploy/otel/langfuse.yaml");
    expect(collector.join(" ")).not.toContain(env.LANGFUSE_AUTH);
  });
});
