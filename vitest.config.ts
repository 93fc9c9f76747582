import { defineConfig } from "vitest/config";

// A test's level shows in its name: `*.test.ts` needs nothing, `*.e2e.test.ts` starts a real restate-server.
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: "unit",
          include: ["{packages,services}/**/*.test.ts", "scripts/**/*.test.ts", "test/replay/**/*.test.ts"],
          exclude: ["**/node_modules/**", "**/*.e2e.test.ts"],
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
    ],
    maxWorkers: 2,
  },
});
