import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["src/**/*.test.ts", "test/**/*.test.ts"],
    globalSetup: ["scripts/vitest-setup.mjs"],
    pool: "forks",
    // The tests start processes and worker threads of their own; more forks only wait for each other.
    maxWorkers: 2,
    // Against tests that hang, not against slow machines.
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
