// `npm test`: the checks, then all tests (or the ones named: `npm test -- src/model`), then one line that counts both.
import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { checkCount, environment, root, runChecks } from "./check.mjs";

const folder = mkdtempSync(join(tmpdir(), "slipway-test-"));
const report = join(folder, "vitest.json");

/** @returns {Promise<number>} the exit code of vitest */
function runVitest() {
  const args = [
    "run",
    "--reporter=default",
    "--reporter=json",
    `--outputFile.json=${report}`,
    ...process.argv.slice(2),
  ];
  const child = spawn("vitest", args, { cwd: root, env: environment, stdio: ["ignore", "inherit", "inherit"] });
  for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => child.kill(signal));
  return new Promise((done, fail) => {
    child.on("error", fail);
    child.on("exit", (code) => done(code ?? 1));
  });
}

function readReport() {
  try {
    return JSON.parse(readFileSync(report, "utf8"));
  } catch {
    return { numPassedTests: 0, numFailedTests: 0, numPendingTests: 0, testResults: [] };
  }
}

const failedChecks = runChecks();
const code = await runVitest();
const { numPassedTests, numFailedTests, numPendingTests, testResults } = readReport();
rmSync(folder, { recursive: true, force: true });

for (const { assertionResults } of testResults)
  for (const { status, fullName } of assertionResults)
    if (status === "pending" || status === "skipped") console.log(`skipped: ${fullName}`);
if (failedChecks.length > 0) console.log(`checks that failed: ${failedChecks.join(", ")}`);
// A file that did not load has no tests to fail, and an error outside a test belongs to none.
const unnamed = code !== 0 && numFailedTests === 0 ? 1 : 0;
if (unnamed) console.log(`vitest ended with code ${code} though no test failed: its reasons stand above`);
const passed = numPassedTests + checkCount - failedChecks.length;
const failed = numFailedTests + failedChecks.length + unnamed;
console.log(`${passed} passed, ${failed} failed, ${numPendingTests} skipped`);
process.exitCode = failed > 0 ? 1 : 0;
