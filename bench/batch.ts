/**
 * Scoring of a dataset on a worker: `node bench/batch.ts [--rows 100000,2000000] [--quick] [--json]`. A server of its own
 * scores CSV files of penguins, each row as often as it takes, with one gradient boosting: seconds from the
 * request to the output's version, rows a second of the scoring alone, and the peak memory of the worker, which should
 * not grow with the rows. --quick: 50,000 and 200,000 rows.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createReadStream, existsSync, readFileSync, rmSync } from "node:fs";
import { open, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as delay } from "node:timers/promises";
import { createClient, type BatchScoring, type Client } from "../src/contract/index.ts";
import { atExit, temporaryFolder } from "./harness/cleanup.ts";
import { peakBytes } from "./harness/process-memory.ts";
import { createReport, mebibytes } from "./harness/report.ts";
import { root } from "./harness/root.ts";
import { runSlipway } from "./harness/run.ts";
import { positive, readSettings } from "./harness/settings.ts";

const settings = readSettings({ rows: { type: "string", default: "100000,2000000" } });
const sizes = settings.quick ? [50_000, 200_000] : settings.rows.split(",").map((text) => positive("rows", text));
const report = createReport("batch", settings.json);
const folder = temporaryFolder();
const penguins = join(root, "examples/penguins.csv");
const mediaType = "application/octet-stream";

async function startServer(): Promise<Client> {
  const data = join(folder, "data");
  // As root the database lives elsewhere; this file says where.
  const pointer = join(data, "postgres-folder");
  const args = [join(root, "bin/slipway.js"), "up", "--port", "0", "--json", "--data", data];
  const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "inherit"] });
  atExit(() => child.kill());
  const [line] = (await once(createInterface({ input: child.stdout }), "line")) as [string];
  ended = async () => {
    const elsewhere = existsSync(pointer) ? readFileSync(pointer, "utf8").trim() : null;
    child.kill();
    await once(child, "exit");
    if (elsewhere !== null) rmSync(elsewhere, { recursive: true, force: true });
  };
  return createClient(JSON.parse(line) as { url: string; token: string });
}

let ended = async (): Promise<void> => {};

async function registerModel(client: Client): Promise<void> {
  const path = join(folder, "penguins.slipway");
  await runSlipway(["automl", penguins, "--target", "species", "--max-trials", "1", "--quiet", "--out", path]);
  const { id } = await client.createUpload({ upload: await readFile(path), mediaType });
  const source = { uploads: [{ path: "model.slipway", upload: id }] };
  await client.registerModelVersion({ model: "penguins", body: { source } });
}

/** @returns bytes */
async function createDataset(client: Client, dataset: string, rows: number): Promise<number> {
  const path = join(folder, `${dataset}.csv`);
  const [header = "", ...lines] = readFileSync(penguins, "utf8").trimEnd().split("\n");
  const file = await open(path, "w");
  await file.write(`${header}\n`);
  const block = `${lines.join("\n")}\n`;
  for (let left = rows; left > 0; left -= lines.length) {
    await file.write(left >= lines.length ? block : `${lines.slice(0, left).join("\n")}\n`);
  }
  const { size } = await file.stat();
  await file.close();
  const upload = await client.createUpload({
    query: { fileName: `${dataset}.csv` },
    upload: createReadStream(path),
    mediaType,
  });
  await client.createDatasetVersion({ dataset, body: { createDataset: true, source: { upload: upload.id } } });
  await rm(path);
  return size;
}

interface Measured {
  readonly scoring: BatchScoring;
  readonly seconds: number;
  readonly peak: number | null;
}

async function score(client: Client, dataset: string): Promise<Measured> {
  const start = performance.now();
  const body = { model: "penguins", data: { dataset }, output: `${dataset}-scored`, method: "predict_proba" } as const;
  const { id } = await client.createBatchScoring({ body });
  let peak: number | null = null;
  for (;;) {
    await delay(100);
    const { workers } = await client.getComputeStatus();
    for (const { pid, run } of workers) if (run === id && pid !== null) peak = peakBytes(pid) ?? peak;
    const scoring = await client.getBatchScoring({ run: id });
    if (scoring.endedAt === null) continue;
    if (scoring.status !== "FINISHED") throw new Error(`${scoring.status}: ${scoring.statusReason}`);
    return { scoring, seconds: (performance.now() - start) / 1000, peak };
  }
}

const client = await startServer();
try {
  await registerModel(client);
  const rows = [];
  for (const size of sizes) {
    const dataset = `rows-${size}`;
    const bytes = await createDataset(client, dataset, size);
    const { scoring, seconds, peak } = await score(client, dataset);
    const rate = scoring.progress.rowsPerSecond;
    rows.push({ rows: size, file: mebibytes(bytes), seconds, rate, peak: mebibytes(peak) });
  }
  report.table(
    "batch",
    [
      { key: "rows", title: "rows" },
      { key: "file", title: "file, MiB", digits: 1 },
      { key: "seconds", title: "seconds", digits: 1 },
      { key: "rate", title: "rows/s of scoring" },
      { key: "peak", title: "peak of the worker, MiB", digits: 0 },
    ],
    rows,
  );
  report.finish();
} finally {
  await ended();
}
