import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";
import type { Plugin } from "vite";
import { startBuiltSiblings } from "./scripts/start-built-siblings.mjs";

/**
 * Tests of modules that start no process, look at none and keep nothing open: the files of these folders follow each
 * other in one process, and what they import is loaded once. Nearly all that many of them take is loading.
 */
const together = ["access", "base", "contract", "definition", "http", "kernels", "model", "registry", "tracking"].map(
  (folder) => `src/${folder}/**/*.test.ts`,
);

const seededFastCheck = fileURLToPath(new URL("scripts/seeded-fast-check.mjs", import.meta.url));
const isSeeded = process.env.CI !== undefined || process.env.FC_SEED !== undefined;

export default defineConfig({
  plugins: [startBuiltSiblings(), ...(isSeeded ? [replaceFastCheck()] : [])],
  test: {
    projects: [
      { extends: true, test: { name: "together", include: together, isolate: false } },
      {
        extends: true,
        test: { name: "alone", include: ["src/**/*.test.ts", "test/**/*.test.ts"], exclude: together },
      },
    ],
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
    // Against tests that hang, not against slow machines: a test has a limit of its own only where it needs more.
    testTimeout: 240_000,
    hookTimeout: 240_000,
    expect: { poll: { timeout: 90_000 } },
  },
});

function replaceFastCheck(): Plugin {
  return {
    name: "seeded-fast-check",
    enforce: "pre",
    resolveId: (source, importer) => (source === "fast-check" && importer !== seededFastCheck ? seededFastCheck : null),
  };
}
