/**
 * The thread of a worker that computes an AutoML run. It has a memory limit of its own, and stores nothing: what happens
 * is told to the main thread.
 */
import { parentPort, workerData } from "node:worker_threads";
import { automl, encodeTrial, decodeTrial, type AutoMLEvent, type AutoMLResult } from "../../automl/index.ts";
import { SlipwayError, type Table } from "../../base/index.ts";
import { readTable } from "../../data/index.ts";
import { encodeModel } from "../../model/index.ts";
import { columnEffects, type ColumnEffects } from "./column-effects.ts";
import type { FromThread, LocalTable, ProgressEvent, ThreadInput, ToThread, TrialCharts } from "./automl-messages.ts";

/** Models of the leaderboard, best first, whose charts are kept. */
const chartedModels = 20;

const port = parentPort;
if (port === null) throw new Error("This module is a worker thread.");
const controller = new AbortController();
port.on("message", ({ type }: ToThread) => {
  if (type === "abort") controller.abort();
});
try {
  await run(workerData as ThreadInput);
} catch (error) {
  if (!(error instanceof SlipwayError)) throw error;
  tell({ type: "failed", code: error.code, message: error.message, fix: error.fix });
}
// The port would keep the thread.
port.close();

function tell(message: FromThread, bytes: readonly Uint8Array[] = []): void {
  port?.postMessage(
    message,
    bytes.map(({ buffer }) => buffer as ArrayBuffer),
  );
}

async function run(input: ThreadInput): Promise<void> {
  const started = performance.now();
  const table = await read(input.data);
  const types = Object.fromEntries(table.columns.map(({ name, type }) => [name, type]));
  const validationData = input.validationData && (await read(input.validationData, types));
  const testData = input.testData && (await read(input.testData, types));
  const events = automl(table, {
    ...withTimeSpent(input.options, (performance.now() - started) / 1000),
    ...(validationData && { validationData }),
    ...(testData && { testData }),
    ...(input.resume.length > 0 && { resume: input.resume.map(decodeTrial) }),
    signal: controller.signal,
  });
  for (;;) {
    const { done, value } = await events.next();
    if (done) return finish(value, await effectsOf(value, table, input.options));
    if (value.type !== "finished") pass(value);
  }
}

async function read(
  file: LocalTable,
  types?: Readonly<Record<string, Table["columns"][number]["type"]>>,
): Promise<Table> {
  const options = { ...file.options, ...(types && { types: { ...types, ...file.options.types } }) };
  const { table } = await readTable(file.path, { ...options, signal: controller.signal });
  return table;
}

/** The limit is on everything, reading included. */
function withTimeSpent(options: ThreadInput["options"], seconds: number): ThreadInput["options"] {
  const limit = options.timeLimit ?? (options.maxTrials === undefined ? 60 : undefined);
  return limit === undefined ? options : { ...options, timeLimit: Math.max(1, limit - seconds) };
}

function pass(event: Exclude<AutoMLEvent, { type: "finished" }>): void {
  const { record, ...rest } = event as ProgressEvent & { record?: Parameters<typeof encodeTrial>[0] };
  const bytes = record === undefined ? null : encodeTrial(record);
  tell({ type: "event", at: Date.now(), event: rest as ProgressEvent, record: bytes }, bytes === null ? [] : [bytes]);
}

/** For charts, so it is worth a tenth of the time that the run has, and no more. */
async function effectsOf(
  { model }: AutoMLResult,
  table: Table,
  { explain = true, timeLimit = 60, seed = 42 }: ThreadInput["options"],
): Promise<ColumnEffects | null> {
  if (!explain || controller.signal.aborted) return null;
  const milliseconds = Math.min(5000, timeLimit * 100);
  const within = (time: number): AbortSignal => AbortSignal.any([controller.signal, AbortSignal.timeout(time)]);
  return columnEffects(model, table, seed, within(milliseconds), within(milliseconds / 2));
}

function finish({ model, chartsOf, ...outcome }: AutoMLResult, effects: ColumnEffects | null): void {
  const charts = outcome.models.slice(0, chartedModels).flatMap(({ trial }): TrialCharts[] => {
    const found = chartsOf(trial);
    return found === null ? [] : [{ trial, charts: found }];
  });
  const bytes = encodeModel(model);
  const featurization = model.provenance.featurization;
  tell({ type: "finished", outcome: { ...outcome, featurization }, charts, effects, model: bytes }, [bytes]);
}
