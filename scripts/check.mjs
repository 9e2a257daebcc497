// Everything `npm test` asks of the sources but the tests: types, lint, format, unused code, generated pages.
import { spawnSync } from "node:child_process";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";

export const root = fileURLToPath(new URL("..", import.meta.url));
const bin = join(root, "node_modules", ".bin");
const formatted = ["src", "test", "bench", "scripts", "bin", "vitest.config.ts"];

/** Each with the command that shows its findings alone, and mends them where that is possible. */
const checks = [
  { name: "types", command: ["tsc", "-p", "."], again: "npx tsc -p ." },
  { name: "types of the studio", command: ["tsc", "-p", "src/studio"], again: "npx tsc -p src/studio" },
  { name: "lint", command: ["oxlint", "--deny-warnings"], again: "npx oxlint --fix" },
  { name: "format", command: ["oxfmt", "--check", ...formatted], again: "npm run format" },
  { name: "unused code", command: ["knip", "--no-progress"], again: "npx knip" },
  {
    name: "generated pages",
    command: [process.execPath, join(root, "scripts/reference.mjs"), "--check"],
    again: "npm run reference",
  },
];

/** The environment in which the tools of node_modules, and this very Node, come first. */
export const environment = { ...process.env, PATH: [bin, process.env.PATH].join(delimiter) };

/** Runs all of them, whatever fails. @returns {string[]} the names of those that failed */
export function runChecks() {
  return checks.filter((check) => !passes(check)).map(({ name }) => name);
}

function passes({ name, command: [program, ...args], again }) {
  const start = performance.now();
  const result = spawnSync(program, args, {
    cwd: root,
    env: environment,
    encoding: "utf8",
    stdio: ["ignore", "pipe", "pipe"],
  });
  const seconds = ((performance.now() - start) / 1000).toFixed(1);
  if (result.status === 0) {
    console.log(`check ${name}: passed (${seconds} s)`);
    return true;
  }
  console.log(`${result.stdout}${result.stderr}`.trim());
  console.log(`check ${name}: FAILED (${seconds} s); alone: ${again}`);
  return false;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const failed = runChecks();
  console.log(`${checks.length - failed.length} passed, ${failed.length} failed`);
  if (failed.length > 0) process.exitCode = 1;
}

export const checkCount = checks.length;
