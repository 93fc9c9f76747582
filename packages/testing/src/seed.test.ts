import { afterEach, beforeEach, expect, it, vi } from "vitest";

beforeEach(() => vi.resetModules());
afterEach(() => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
});

// A fresh copy each time, as the seed is that of a process.
const load = async () => (await import("./seed.ts")).testSeed;

it("takes the seed from TEST_SEED and prints it once", async () => {
  const info = vi.spyOn(console, "info").mockReturnValue();
  vi.stubEnv("TEST_SEED", "42");
  const testSeed = await load();
  expect([testSeed(), testSeed()]).toEqual([42, 42]);
  expect(info.mock.calls).toEqual([[expect.stringContaining("TEST_SEED=42")]]);
});

it("makes one up, the same throughout a process", async () => {
  vi.spyOn(console, "info").mockReturnValue();
  vi.stubEnv("TEST_SEED", "");
  const testSeed = await load();
  expect(testSeed()).toBe(testSeed());
  expect(Number.isInteger(testSeed())).toBe(true);
});

it.each(["-1", "1.5", "abc", "4294967296"])("refuses %s", async (value) => {
  vi.stubEnv("TEST_SEED", value);
  const testSeed = await load();
  expect(testSeed).toThrow(`not "${value}"`);
});
