/** The part of a server that computes, in a process of its own, for tests that kill it. */
import { createLog, type LogLevel } from "../../src/base/index.ts";
import { startWorkers } from "../../src/pipelines/index.ts";
import { openArtifactStore, openDatabase } from "../../src/store/index.ts";

const [url = "", folder = "", level = "silent"] = process.argv.slice(2);
const log = createLog({ level: level as LogLevel });
const database = openDatabase({ url, applicationName: "slipway server", log });
const artifacts = await openArtifactStore(folder);
startWorkers({ database, url, artifacts, log, maxWorkers: 1 });
process.stdout.write("ready\n");
// Ends with the test, however that ends.
process.stdin.on("end", () => process.kill(process.pid, "SIGKILL")).resume();
