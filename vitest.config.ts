import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["src/**/*.test.ts", "test/**/*.test.ts"],
    globalSetup: ["scripts/vitest-setup.mjs"],
    // Processes and workers that tests start load stripped sources from there, which takes a third of the time.
    env: {
      NODE_COMPILE_CACHE: fileURLToPath(new URL("build/compile-cache", import.meta.url)),
      // And Python programs the byte code of what they import, wherever the machine is set to write none.
      PYTHONDONTWRITEBYTECODE: "",
    },
    pool: "forks",
    // The tests start processes and worker threads of their own, and some wait half a minute for a heartbeat that is
    // lost: one more than the two cores of CI keeps these busy meanwhile, and more would only wait for each other.
    maxWorkers: 3,
    // Against tests that hang, not against slow machines.
    testTimeout: 120_000,
    hookTimeout: 120_000,
    expect: { poll: { timeout: 30_000 } },
  },
});
