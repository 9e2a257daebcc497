/** The part of a server that runs pipelines, with its workers, in a process of its own, for tests that kill it. */
import { createLog, type LogLevel } from "../../src/base/index.ts";
import { startCompute } from "../../src/compute/index.ts";
import { openDatabase } from "../../src/store/index.ts";
import { keepRunStatus } from "../../src/pipelines/jobs/run-status.ts";
import { startPipelineRuns } from "../../src/pipelines/runs/index.ts";

const [url = "", level = "silent"] = process.argv.slice(2);
const log = createLog({ level: level as LogLevel });
const database = openDatabase({ url, applicationName: "slipway server", log });
const entry = new URL("../../src/pipelines/runs/test-step-worker.ts", import.meta.url);
const compute = startCompute({
  database,
  url,
  log,
  listener: keepRunStatus,
  entry,
  settings: null,
  maxWorkers: 2,
  minWorkers: 2,
});
startPipelineRuns({ database, url, log });
process.stdout.write("ready\n");
// Asked which workers it has, it says so.
process.stdin.on("data", () => process.stdout.write(`${JSON.stringify(compute.pids())}\n`));
// Ends with the test, however that ends.
process.stdin.on("end", () => process.kill(process.pid, "SIGKILL")).resume();
