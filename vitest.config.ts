import { defineConfig } from "vitest/config";

// A test's level shows in its name: `*.test.ts` needs nothing, `*.e2e.test.ts` starts a real restate-server,
// `*.containers.test.ts` needs Docker, `*.charts.test.ts` Helm, `*.cluster.test.ts` a Kubernetes cluster.
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: "unit",
          include: [
            "{packages,services,scripts}/**/*.test.ts",
            "test/{contracts,docs,replay,containers,cluster}/**/*.test.ts",
          ],
          exclude: ["**/node_modules/**", "**/*.{e2e,containers,cluster}.test.ts"],
          // A busy machine takes its time to bundle services and to start processes.
          testTimeout: 30_000,
          hookTimeout: 60_000,
        },
      },
      {
        test: {
          name: "e2e",
          include: ["{packages,services}/**/*.e2e.test.ts", "test/e2e/**/*.e2e.test.ts"],
          exclude: ["**/node_modules/**"],
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
      {
        test: {
          name: "containers",
          include: ["test/containers/**/*.containers.test.ts"],
          globalSetup: "test/containers/support/build-images.ts",
          // A dozen containers each.
          fileParallelism: false,
          testTimeout: 90_000,
          hookTimeout: 120_000,
        },
      },
      {
        test: {
          name: "charts",
          include: ["test/charts/**/*.charts.test.ts"],
          globalSetup: "test/charts/support/setup.ts",
          testTimeout: 30_000,
        },
      },
      {
        test: {
          name: "cluster",
          include: ["test/cluster/**/*.cluster.test.ts"],
          globalSetup: "test/cluster/support/setup.ts",
          // They share a release.
          fileParallelism: false,
          testTimeout: 180_000,
          hookTimeout: 360_000,
        },
      },
    ],
    maxWorkers: 2,
  },
});
