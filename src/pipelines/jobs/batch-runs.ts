/** Batch scoring as people ask for it: a model, a dataset, and the dataset that the predictions go into. */
import type { Transaction } from "kysely";
import { SlipwayError, nearest, type ColumnType } from "../../base/index.ts";
import { getJob, queuePosition, type Job, type JobKey } from "../../compute/index.ts";
import { getVersionDetails, type Dialect } from "../../data/index.ts";
import { assertDeployable, resolveVersion, type ModelVersionDetails } from "../../registry/index.ts";
import { loadEndpoints } from "../../serving/index.ts";
import { transaction, type Database, type Queryable, type Tables } from "../../store/index.ts";
import { getRun, type RunDetails } from "../../tracking/index.ts";
import type { DatasetChoice } from "./automl-runs.ts";
import { predictionColumn, probabilityPrefix } from "./batch-names.ts";
import { batchKind, outputTag, type BatchMethod, type BatchSpec, type BatchTable } from "./batch-spec.ts";
import { datasetInput } from "./dataset-input.ts";
import { isSubmitted, submitRun, type RunRequest } from "./submit-run.ts";

export interface NewBatchScoring extends RunRequest {
  /** "bank", "bank@3", "bank@best"; the newest by default. Either it or the endpoint. */
  readonly model?: string | undefined;
  /** Its name: the model of the deployment with the most traffic. */
  readonly endpoint?: string | undefined;
  readonly data: DatasetChoice;
  /** Name of the dataset that gets a version; made where it is not there. */
  readonly output: string;
  /** Default: predict. */
  readonly method?: BatchMethod | undefined;
  /** Default: true. */
  readonly keepInputs?: boolean | undefined;
  /** Default: that of the data. */
  readonly format?: Dialect["format"] | undefined;
  /** Made where it is not there. Default: the name of the model. */
  readonly experiment?: string | undefined;
  /** As in BatchSpec. */
  readonly threads?: number | undefined;
}

export interface BatchScoring {
  readonly run: RunDetails;
  readonly job: Job;
  readonly spec: BatchSpec;
  /** 1 is next; null where it does not wait. */
  readonly queuePosition: number | null;
  /** The version is null until all rows are scored. */
  readonly output: { readonly dataset: string; readonly version: number | null };
}

/** Seconds until an attempt is ended by force, as for AutoML runs without a limit. */
const longestRun = 6 * 86_400;

/** @throws what submitBatchScoring throws */
export async function createBatchScoring(database: Database, input: NewBatchScoring): Promise<BatchScoring> {
  await transaction(database, (trx) => submitBatchScoring(trx, input));
  return getBatchScoring(database, { workspaceId: input.workspaceId, runId: input.id });
}

/**
 * Checked against what the model takes before anything is stored; then run, job and event are there with the caller's
 * transaction. A request that came before changes nothing.
 * @throws SLW_BATCH_*, SLW_SCORE_METHOD, SLW_DATASET_*, SLW_REGISTRY_*, SLW_ENDPOINT_UNKNOWN, SLW_TRACKING_*
 */
export async function submitBatchScoring(trx: Transaction<Tables>, input: NewBatchScoring): Promise<void> {
  if (await isSubmitted(trx, input)) return;
  const spec = await toSpec(trx, input);
  const { model, data, output, method, keepInputs, endpoint } = spec;
  const params = {
    model: `${model.name}@${model.version}`,
    ...(endpoint !== null && { endpoint }),
    data: data.name,
    output: output.dataset,
    format: output.format,
    method,
    keepInputs,
  };
  await submitRun(trx, input, {
    kind: batchKind,
    source: "slipway endpoints batch",
    experiment: input.experiment ?? model.name,
    params,
    datasets: [datasetInput(data, "scoring")],
    runSeconds: longestRun,
    spec: { ...spec },
  });
}

/** @throws SLW_TRACKING_RUN, SLW_JOB_NOT_FOUND where the run is no batch scoring */
export async function getBatchScoring(database: Queryable, key: JobKey): Promise<BatchScoring> {
  // In this order the run is at its end when its job is.
  const job = await getJob(database, key);
  if (job.kind !== batchKind) {
    throw new SlipwayError("SLW_JOB_NOT_FOUND", `The run ${key.runId} is no batch scoring.`, {
      fix: "See those that are: slipway runs list --kind batch",
      details: { run: key.runId },
    });
  }
  const run = await getRun(database, key);
  const spec = job.spec as unknown as BatchSpec;
  const { dataset } = spec.output;
  const version = run.tags[outputTag]?.slice(dataset.length + 1);
  const output = { dataset, version: version === undefined ? null : Number(version) };
  return { run, job, spec, queuePosition: await queuePosition(database, job), output };
}

async function toSpec(trx: Queryable, input: NewBatchScoring): Promise<BatchSpec> {
  const { workspaceId, method = "predict", keepInputs = true } = input;
  const version = await findModel(trx, input);
  const { primaryPath } = version.contents;
  if (primaryPath === null) {
    throw new SlipwayError("SLW_REGISTRY_NOT_READY", `Version ${version.version} of "${version.model}" has no file.`);
  }
  if (method === "predict_proba" && version.task === "regression") {
    throw new SlipwayError("SLW_SCORE_METHOD", "A regression model has no probabilities.", {
      fix: 'Use "predict", or leave the method out.',
    });
  }
  const model = { versionId: version.id, name: version.model, version: version.version, kind: version.kind };
  const data = await findTable(trx, input, version);
  const format = input.format ?? data.dialect.format;
  const output = { dataset: input.output, format };
  checkNames(data, { method, keepInputs, format });
  await checkOutput(trx, workspaceId, input.output);
  const endpoint = input.endpoint ?? null;
  return {
    model: { ...model, primaryPath },
    endpoint,
    data,
    output,
    method,
    keepInputs,
    threads: input.threads ?? null,
  };
}

/** @throws SLW_BATCH_MODEL, SLW_REGISTRY_*, SLW_ENDPOINT_UNKNOWN, SLW_ENDPOINT_NO_TRAFFIC */
async function findModel(trx: Queryable, input: NewBatchScoring): Promise<ModelVersionDetails> {
  const { workspaceId } = input;
  if ((input.model === undefined) === (input.endpoint === undefined)) {
    throw new SlipwayError("SLW_BATCH_MODEL", "Either a model or an endpoint says what scores.");
  }
  const { model, reference } =
    input.model === undefined ? await mostUsed(trx, workspaceId, input.endpoint ?? "") : parseModel(input.model);
  const version = await resolveVersion(trx, { workspaceId, model, reference });
  // A stale one is only no longer the newest; a revoked one must not be used.
  assertDeployable(version.restriction?.state === "stale" ? { ...version, restriction: null } : version);
  return version;
}

interface ModelChoice {
  readonly model: string;
  readonly reference: string;
}

/** Names may have an @, references have none. */
function parseModel(given: string): ModelChoice {
  const at = given.lastIndexOf("@");
  return at > 0 ? { model: given.slice(0, at), reference: given.slice(at + 1) } : { model: given, reference: "latest" };
}

async function mostUsed(trx: Queryable, workspaceId: string, name: string): Promise<ModelChoice> {
  const { findEndpoint } = await loadEndpoints();
  const { deployments } = await findEndpoint(trx, { workspaceId, endpoint: name });
  const healthy = deployments.filter(({ state }) => state === "Healthy");
  const [most] = healthy.toSorted((a, b) => b.traffic - a.traffic);
  if (most !== undefined) return { model: most.model.name, reference: String(most.model.version) };
  throw new SlipwayError("SLW_ENDPOINT_NO_TRAFFIC", `The endpoint "${name}" has no deployment that is healthy.`, {
    fix: "Wait until one is, or name the model itself.",
    details: { endpoint: name },
  });
}

/** @throws SLW_DATASET_UNKNOWN, SLW_DATASET_VERSION, SLW_BATCH_COLUMNS where columns are missing */
async function findTable(trx: Queryable, input: NewBatchScoring, model: ModelVersionDetails): Promise<BatchTable> {
  const { dataset, version = "latest" as const } = input.data;
  const found = await getVersionDetails(trx, { workspaceId: input.workspaceId, dataset, version });
  const { sha256, options, rows, columns, dialect, reported, schema } = found;
  const name = `${dataset}@${found.version}`;
  checkColumns(
    name,
    schema.map((column) => column.name),
    model,
  );
  const own = model.kind === "slipway" ? model.contents.inputs : [];
  const taken = new Map(own.map((column) => [column.name, column.type as ColumnType]));
  const types = Object.fromEntries(schema.map((column) => [column.name, taken.get(column.name) ?? column.type]));
  const ref = { dataset, version: found.version, versionId: found.id, sha256, name, rows, columns };
  return { ...ref, options, dialect, types, reported: reported.count };
}

/** Of ONNX graphs the columns of a tensor have no names of their own: what is missing shows when they are loaded. */
function checkColumns(
  name: string,
  there: readonly string[],
  { kind, contents, model, version }: ModelVersionDetails,
): void {
  if (kind === "onnx") return;
  const missing = contents.inputs
    .filter((column) => !there.includes(column.name) && (kind === "slipway" || !column.nullable))
    .map((column) => column.name);
  const [first] = missing;
  if (first === undefined) return;
  const quoted = missing.slice(0, 20).map((column) => `"${column}"`);
  const more = missing.length > quoted.length ? ` and ${missing.length - quoted.length} more` : "";
  const near = nearest(first, new Set(there));
  throw new SlipwayError(
    "SLW_BATCH_COLUMNS",
    `${name} lacks ${quoted.join(", ")}${more}, which ${model}@${version} needs.`,
    {
      ...(near !== null && { fix: `Did you mean "${near}"? Rename the column, or choose other data.` }),
      details: { dataset: name, missing },
    },
  );
}

/** The output's columns must differ; in Parquet, as DuckDB writes it, by more than case. */
function checkNames(
  { types, name }: BatchTable,
  {
    method,
    keepInputs,
    format,
  }: { readonly method: BatchMethod; readonly keepInputs: boolean; readonly format: string },
): void {
  if (!keepInputs) return;
  const alike = (text: string): string => (format === "parquet" ? text.toLowerCase() : text);
  const seen = new Set([predictionColumn]);
  const taken = Object.keys(types).find((column) => {
    const text = alike(column);
    const again = seen.has(text) || (method === "predict_proba" && text.startsWith(probabilityPrefix));
    seen.add(text);
    return again;
  });
  if (taken === undefined) return;
  throw new SlipwayError(
    "SLW_BATCH_COLUMNS",
    `${name} has the column "${taken}", which the output cannot have twice.`,
    {
      fix: "Leave the inputs out (keepInputs: false), or drop the column first.",
      details: { dataset: name, column: taken },
    },
  );
}

/** Told now and not after hours. @throws SLW_DATASET_ARCHIVED */
async function checkOutput(trx: Queryable, workspaceId: string, dataset: string): Promise<void> {
  const row = await trx
    .selectFrom("datasets")
    .select("archived_at")
    .where("workspace_id", "=", workspaceId)
    .where("name", "=", dataset)
    .executeTakeFirst();
  if (row === undefined || row.archived_at === null) return;
  throw new SlipwayError("SLW_DATASET_ARCHIVED", `The dataset "${dataset}" is archived.`, { details: { dataset } });
}
