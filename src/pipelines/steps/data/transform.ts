/** A step that makes a version of a dataset out of others by a query. */
import { createReadStream } from "node:fs";
import { join } from "node:path";
import { idOf, SlipwayError } from "../../../base/index.ts";
import {
  loadDatasets,
  type DatasetVersionDetails,
  type TableProcesses,
  type VersionOptions,
} from "../../../data/index.ts";
import { logInputs } from "../../../tracking/index.ts";
import type { Template, TransformStep } from "../../../definition/index.ts";
import { writeParquetFromLines } from "../../jobs/batch-parquet.ts";
import type { StepContext, StepHandler, StepServices } from "../types.ts";
import type { QueryValue, WrittenRows } from "./messages.ts";
import { runDataTask } from "./run-data-task.ts";
import { openStepTable, type StepTable } from "./step-tables.ts";
import { withLimits, type StepLimits } from "./with-limits.ts";

/**
 * Outputs: data (the version that was made, or the one with the same rows that was there), rows.
 * @throws SLW_STEP_QUERY, SLW_STEP_QUERY_REFUSED, SLW_STEP_QUERY_RESULT
 */
export const runTransform: StepHandler = (context, services) =>
  withLimits(context, (limits) => transform(context, services, limits));

async function transform(context: StepContext, services: StepServices, limits: StepLimits) {
  const step = context.spec.step as TransformStep;
  checkTableNames(Object.keys(step.inputs));
  const tables = new Map<string, StepTable>();
  for (const [name, text] of Object.entries(step.inputs))
    tables.set(name, await openStepTable(context, services, { place: `inputs.${name}`, text, folder: limits.folder }));
  const written = await writeRows(context, step, tables, limits);
  for (const warning of written.warnings) await context.write(warning);
  const version = await createOutput(context, services, { step, tables, written, limits });
  await context.write(`${version.rows.toLocaleString("en-US")} rows are in ${version.dataset}@${version.version}`);
  const run = { workspaceId: context.job.workspaceId, runId: context.job.runId };
  const datasets = [...tables.values()].map(({ input }) => input);
  return {
    outputs: {
      data: { type: "dataset", dataset: version.dataset, version: version.version } as const,
      rows: { type: "value", value: version.rows } as const,
    },
    metrics: { rows: version.rows },
    last: (trx: Parameters<typeof logInputs>[0]) => logInputs(trx, { ...run, datasets }),
  };
}

/** SQL does not tell upper case from lower. */
function checkTableNames(names: readonly string[]): void {
  const seen = new Map<string, string>();
  for (const name of names) {
    const same = seen.get(name.toLowerCase());
    if (same !== undefined)
      throw new SlipwayError("SLW_STEP_QUERY", `The tables "${same}" and "${name}" have the same name in SQL.`, {
        fix: "Name them apart in `inputs`.",
        details: { tables: [same, name] },
      });
    seen.set(name.toLowerCase(), name);
  }
}

async function writeRows(
  { signal }: StepContext,
  { query, values = {}, format = "csv" }: TransformStep,
  tables: ReadonlyMap<string, StepTable>,
  { folder, task, query: limits }: StepLimits,
): Promise<WrittenRows> {
  const lines = linesIn(folder);
  const written = await runDataTask(
    "transform",
    {
      tables: Object.fromEntries([...tables].map(([name, { file }]) => [name, file])),
      query,
      values: Object.fromEntries(Object.entries(values).map(([name, value]) => [name, queryValue(name, value)])),
      output: lines,
      header: format === "csv",
      limits,
    },
    task,
  );
  if (format === "parquet") {
    const request = { files: [lines], columns: written.columns, output: parquetIn(folder), temporaryFolder: folder };
    await writeParquetFromLines(request, AbortSignal.any([signal, task.signal]));
  }
  return written;
}

const linesIn = (folder: string): string => join(folder, "rows.csv");
const parquetIn = (folder: string): string => join(folder, "rows.parquet");

function queryValue(name: string, value: Template): QueryValue {
  if (value === null || typeof value !== "object") return value;
  if (Array.isArray(value) && value.every((member) => member !== null && typeof member !== "object"))
    return value as QueryValue;
  throw new SlipwayError(
    "SLW_STEP_QUERY",
    `values.${name}: expected a text, a number, true, false or a list of them.`,
    {
      fix: "Give each part a name of its own in `values`.",
      details: { parameter: name },
    },
  );
}

interface Output {
  readonly step: TransformStep;
  readonly tables: ReadonlyMap<string, StepTable>;
  readonly written: WrittenRows;
  readonly limits: StepLimits;
}

async function createOutput(
  { job, database }: StepContext,
  { artifacts }: StepServices,
  { step, tables, written, limits }: Output,
): Promise<DatasetVersionDetails> {
  const { output, format = "csv", query } = step;
  const { folder, task } = limits;
  const path = format === "csv" ? linesIn(folder) : parquetIn(folder);
  const file = await artifacts.put(createReadStream(path), { signal: task.signal });
  const { createVersion } = await loadDatasets();
  const sources = [...tables].map(([name, { version }]) => [
    name,
    { dataset: version.dataset, version: version.version },
  ]);
  const { version } = await createVersion(
    { database, artifacts, processes: processesOf(limits) },
    {
      // The same in every attempt.
      id: idOf(`run/${job.runId}/output/${file.sha256}`),
      workspaceId: job.workspaceId,
      dataset: output,
      createDataset: true,
      options: optionsOf(written, format),
      file,
      fileName: `${output}.${format}`,
      source: { kind: "transformed", tables: Object.fromEntries(sources), query },
      inputs: [...new Set([...tables.values()].map(({ version: { id } }) => id))],
      runId: job.runId,
    },
    job.actor,
    task.signal,
  );
  if (version.rows === written.rows) return version;
  throw new SlipwayError("SLW_INTERNAL", `${written.rows} rows were written, but the output has ${version.rows}.`);
}

/** Columns keep their types, and every text is meant: nulls are written as nothing. */
function optionsOf({ columns }: WrittenRows, format: "csv" | "parquet"): VersionOptions {
  if (format === "parquet") return { nulls: [] };
  const types = Object.fromEntries(columns.map(({ name, type }) => [name, type]));
  return { types, delimiter: ",", header: true, nulls: [] };
}

/** A new version is looked at in the process that wrote it, which is there already. */
function processesOf({ folder, task }: StepLimits): TableProcesses {
  const run = (name: string, input: { readonly file: Parameters<typeof inspectFile>[0] }): Promise<unknown> => {
    if (name === "inspect") return inspectFile(input.file, task);
    throw new Error(`A step has no process for ${name}.`);
  };
  return { run: run as TableProcesses["run"], withFolder: (work) => work(folder) };
}

function inspectFile(
  file: Parameters<typeof runDataTask<"inspect">>[1]["file"],
  task: StepLimits["task"],
): Promise<unknown> {
  return runDataTask("inspect", { file }, task);
}
