// `npm run faults`: the tests of test/faults as often as we promise them, and a table of what they found. `npm test` runs
// the same tests a few times each. It takes half an hour; FILE… runs some of them, and -n COUNT makes each
// fault so often.
import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { basename, join } from "node:path";
import { environment, root } from "./check.mjs";

/** Files of test/faults, and others that do more then, each with how often its faults are made. */
const files = {
  "upload.test.ts": 30,
  "registration.test.ts": 50,
  "register-kill.test.ts": 50,
  "automl-server.test.ts": 20,
  "automl-kill.test.ts": 7,
  "pipeline-kill.test.ts": 50,
  "pipeline-races.test.ts": 200,
  "database.test.ts": 10,
  "two-servers.test.ts": 20,
  "shutdown.test.ts": 5,
  "endpoint-deploy-kill.test.ts": 50,
  "disk-full.test.ts": 10,
  "repeated-posts.test.ts": 100,
  "schedule-kill.test.ts": 50,
  "../server/schemathesis.test.ts": 1,
  "../server/remote-worker.test.ts": 1,
  "../../src/automl/resume/resume.test.ts": 1,
  "../../src/store/artifacts/artifacts.test.ts": 10,
  "../../src/pipelines/jobs/batch-plan.test.ts": 500,
};

const folder = mkdtempSync(join(tmpdir(), "slipway-faults-"));
const args = process.argv.slice(2);
const count = args[0] === "-n" ? args.splice(0, 2)[1] : undefined;
const chosen = args.length > 0 ? args : Object.keys(files);

/** @returns {Promise<{ results: object[], passed: number, failed: number, skipped: number }>} */
async function runFile(file) {
  const report = join(folder, `${basename(file)}.faults`);
  const outcome = join(folder, `${basename(file)}.json`);
  const reporters = ["--reporter=default", "--reporter=json", `--outputFile.json=${outcome}`];
  const child = spawn("vitest", ["run", join("test/faults", file), ...reporters], {
    cwd: root,
    env: { ...environment, FAULTS: count ?? String(files[file] ?? 1), FAULTS_REPORT: report },
    stdio: ["ignore", 2, 2],
  });
  for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, () => child.kill(signal));
  const code = await new Promise((done) => child.on("error", () => done(1)).on("exit", done));
  const lines = existsSync(report) ? readFileSync(report, "utf8").trim().split("\n") : [];
  const { numPassedTests: passed = 0, numFailedTests: failed = 1, numPendingTests: skipped = 0 } = readJson(outcome);
  // A file that did not load, or could not set itself up, has no tests to fail.
  return { results: lines.map((line) => JSON.parse(line)), passed, failed: code === 0 ? 0 : failed || 1, skipped };
}

function readJson(path) {
  try {
    return JSON.parse(readFileSync(path, "utf8"));
  } catch {
    return {};
  }
}

const seconds = (value) => (value === undefined ? "" : value.toFixed(2));

/** @returns a line of the table, and whether the promise was kept */
function judge({ fault, times, lost, half, orphans, seconds: took, limit }) {
  const sorted = took.toSorted((a, b) => a - b);
  const [median, longest] = [sorted[Math.floor((sorted.length - 1) / 2)], sorted.at(-1)];
  const kept = lost + half + orphans === 0 && !(limit !== undefined && longest > limit);
  const cells = [
    fault,
    times,
    lost,
    half,
    orphans,
    seconds(median),
    seconds(longest),
    limit ?? "",
    kept ? "kept" : "BROKEN",
  ];
  return { cells: cells.map(String), kept };
}

const head = ["fault", "times", "lost", "half", "orphans", "p50 s", "max s", "limit s", "promise"];
const rows = [];
let broken = 0;
for (const file of chosen) {
  const { results, passed, failed, skipped } = await runFile(file);
  for (const result of results) {
    const { cells, kept } = judge(result);
    rows.push(cells);
    if (!kept) broken++;
  }
  const outcome = `${passed} tests passed, ${failed} failed, ${skipped} skipped`;
  rows.push([`  ${file}: ${outcome}`, ...head.slice(1).map(() => "")]);
  if (failed > 0) broken++;
}
rmSync(folder, { recursive: true, force: true });

const widths = head.map((_, i) =>
  Math.max(...[head, ...rows].map((row) => (i === 0 && row[1] === "" ? 0 : row[i].length))),
);
for (const row of [head, ...rows]) {
  const line = row.map((cell, i) => (i === 0 ? cell.padEnd(widths[i]) : cell.padStart(widths[i]))).join("  ");
  console.log(line.trimEnd());
}
console.log(`${availableParallelism()} cores, Node ${process.versions.node}, ${process.platform} ${process.arch}`);
process.exitCode = broken > 0 ? 1 : 0;
