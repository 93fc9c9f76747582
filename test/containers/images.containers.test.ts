// Checks the images: a locked-down container with nothing in it but Node and the service, which stops on SIGTERM.

import { describe, expect, it } from "vitest";
import { images } from "../../scripts/images/catalog.ts";
import { sourceVersion } from "../../scripts/images/source-version.ts";
import { whySkipped } from "./support/docker.ts";
import { useContainers } from "./support/system.ts";

const DRAIN_MS = 25_000;
const services = images.filter(({ livePath }) => livePath !== undefined);

describe.skipIf(whySkipped())("the image", () => {
  const system = useContainers();

  describe.each(services)("of $service", ({ service, ports }) => {
    it("runs Node as process 1, by a user without rights, on a file system that cannot be written", async () => {
      const container = system().service(service);
      expect(await container.sh("tr '\\0' ' ' </proc/1/cmdline")).toBe("node /app/main.mjs");
      expect(await container.sh("id -u; grep CapEff /proc/1/status")).toMatch(/^1000\nCapEff:\s+0+$/);
      expect(await container.sh("touch /app/x /tmp/x 2>&1")).toMatch(/(.*Read-only file system\n?){2}/);
    });

    it("has nothing in it to install or develop with", async () => {
      const container = system().service(service);
      expect(await container.sh("command -v npm npx pnpm yarn corepack esbuild tsc git || echo none")).toBe(
        "none",
      );
      const traces =
        "-name node_modules -o -name 'package*.json' -o -name '*-lock.*' -o -name '*.ts' -o -name '*.map'";
      expect(await container.sh(`find / -xdev \\( ${traces} \\) -not -path '/proc/*' 2>/dev/null`)).toBe("");
      expect((await container.sh("ls /app")).split("\n")).toEqual(
        expect.arrayContaining([expect.stringMatching(/\.(mjs|yaml)$/)]),
      );
    });

    it("says what it is, and that it is healthy", async () => {
      const container = system().service(service);
      const { Config } = await container.inspect();
      expect(Config.Labels).toMatchObject({
        "org.opencontainers.image.title": `holdfast-${service}`,
        "org.opencontainers.image.version": sourceVersion().version,
      });
      expect(Object.keys(Config.ExposedPorts ?? {}).sort()).toEqual(
        ports.map((port) => `${port}/tcp`).sort(),
      );
      await expect
        .poll(async () => (await container.inspect()).State.Health?.Status, { timeout: 30_000 })
        .toBe("healthy");
    });

    it("ends with 0 on SIGTERM", async () => {
      const { exitCode, tookMs } = await system().service(service).terminate();
      expect(exitCode).toBe(0);
      expect(tookMs).toBeLessThan(DRAIN_MS);
    });
  });
});
