/** AutoML runs as people ask for them: created, cancelled, taken up again. */
import type { Transaction } from "kysely";
import type { TableOutline } from "../../automl/index.ts";
import { SlipwayError } from "../../base/index.ts";
import { cancelJob, getJob, queuePosition, resumeJob, type Job, type JobKey } from "../../compute/index.ts";
import { getVersionDetails } from "../../data/index.ts";
import {
  eventsEnd,
  recordChange,
  transaction,
  type Actor,
  type Database,
  type Queryable,
  type Tables,
} from "../../store/index.ts";
import { checkAlias, checkModelName } from "../../registry/index.ts";
import { getRun, type DatasetInput, type RunDetails } from "../../tracking/index.ts";
import { automlKind, type AutoMLSpec, type Registration, type StoredOptions, type TableRef } from "./automl-spec.ts";
import { datasetInput } from "./dataset-input.ts";
import { keepRunStatus } from "./run-status.ts";
import { isSubmitted, submitRun, type RunRequest } from "./submit-run.ts";

/** A dataset as a request names it. */
export interface DatasetChoice {
  readonly dataset: string;
  /** Absent: the newest. */
  readonly version?: number | undefined;
}

export interface NewAutoMLRun extends RunRequest {
  readonly data: DatasetChoice;
  readonly validationData?: DatasetChoice | undefined;
  readonly testData?: DatasetChoice | undefined;
  readonly options: StoredOptions;
  /** Made where it is not there. Default: the name of the dataset. */
  readonly experiment?: string | undefined;
  readonly register?: Registration | undefined;
}

/** An AutoML run and what a worker does about it. */
export interface AutoMLRun {
  readonly run: RunDetails;
  readonly job: Job;
  readonly spec: AutoMLSpec;
  /** 1 is next; null where it does not wait. */
  readonly queuePosition: number | null;
}

/** Seconds until a run without a time limit is ended: Azure ML's default of experiment_timeout_hours. */
const longestRun = 6 * 86_400;
/** Seconds beyond its time limit in which a run may read, finish what it is at, and store. */
const grace = 300;

/** @throws what submitAutoMLRun throws */
export async function createAutoMLRun(database: Database, input: NewAutoMLRun): Promise<AutoMLRun> {
  await transaction(database, (trx) => submitAutoMLRun(trx, input));
  return getAutoMLRun(database, { workspaceId: input.workspaceId, runId: input.id });
}

/**
 * Checked against the dataset's columns before anything is stored; then run, job and event are there with the caller's
 * transaction. A request that came before changes nothing.
 * @throws SLW_DATASET_UNKNOWN, SLW_DATASET_VERSION, SLW_AUTOML_*, SLW_TRACKING_*, SLW_REGISTRY_NAME, SLW_REGISTRY_ALIAS
 */
export async function submitAutoMLRun(trx: Transaction<Tables>, input: NewAutoMLRun): Promise<void> {
  checkExclusive(input);
  checkRegistration(input.register);
  if (await isSubmitted(trx, input)) return;
  const spec = await toSpec(trx, input);
  await submitRun(trx, input, {
    kind: automlKind,
    source: "slipway automl",
    experiment: input.experiment ?? input.data.dataset,
    params: { ...input.options },
    datasets: inputsOf(spec),
    runSeconds: secondsOf(input.options),
    spec: { ...spec },
  });
}

async function toSpec(trx: Queryable, input: NewAutoMLRun): Promise<AutoMLSpec> {
  const { workspaceId, options, validationData, testData } = input;
  const data = await findTable(trx, workspaceId, input.data);
  const other = async (choice: DatasetChoice | undefined): Promise<TableRef | null> =>
    choice === undefined ? null : (await findTable(trx, workspaceId, choice)).ref;
  const [validation, test] = [await other(validationData), await other(testData)];
  // The engine is loaded when somebody uses it: a server that does not should not carry it.
  const { checkOptions } = await import("../../automl/index.ts");
  checkOptions(options, { rows: data.ref.rows, columns: data.columns });
  return {
    data: data.ref,
    validationData: validation,
    testData: test,
    options,
    register: input.register ?? null,
    events: await eventsEnd(trx),
  };
}

/** The names are refused now, and not after the search. */
function checkRegistration(register: Registration | undefined): void {
  if (register === undefined) return;
  checkModelName(register.model);
  if (register.alias !== null) checkAlias(register.alias);
}

function checkExclusive({ options, validationData, testData }: NewAutoMLRun): void {
  const validations = [
    options.validation !== undefined && "validation",
    validationData !== undefined && "validationData",
    options.cvSplitColumns !== undefined && "cvSplitColumns",
  ].filter((name) => name !== false);
  if (validations.length > 1) {
    throw new SlipwayError("SLW_AUTOML_VALIDATION", `${validations.join(" and ")} exclude each other.`, {
      fix: "Give one of them.",
    });
  }
  if (testData !== undefined && options.testSize !== undefined) {
    throw new SlipwayError("SLW_AUTOML_OPTION", "testData and testSize exclude each other.", {
      fix: "Give one of them.",
    });
  }
}

async function findTable(
  database: Queryable,
  workspaceId: string,
  { dataset, version = "latest" as const }: { dataset: string; version?: number | "latest" | undefined },
): Promise<{ ref: TableRef; columns: TableOutline["columns"] }> {
  const found = await getVersionDetails(database, { workspaceId, dataset, version });
  const { sha256, options, rows, columns } = found;
  const name = `${dataset}@${found.version}`;
  return { ref: { dataset, version: found.version, sha256, name, options, rows, columns }, columns: found.schema };
}

function secondsOf({ timeLimit, maxTrials }: StoredOptions): number {
  const limit = timeLimit ?? (maxTrials === undefined ? 60 : undefined);
  return limit === undefined ? longestRun : limit + Math.max(grace, 0.5 * limit);
}

function inputsOf({ data, validationData, testData }: AutoMLSpec): DatasetInput[] {
  const tables = [
    [data, "training"],
    [validationData, "validation"],
    [testData, "testing"],
  ] as const;
  return tables.flatMap(([ref, context]) => (ref === null ? [] : [datasetInput(ref, context)]));
}

/** @throws SLW_JOB_NOT_FOUND where it is no AutoML run */
export async function getAutoMLRun(database: Queryable, key: JobKey): Promise<AutoMLRun> {
  // In this order the run is at its end when its job is.
  const job = await getJob(database, key);
  if (job.kind !== automlKind) {
    throw new SlipwayError("SLW_JOB_NOT_FOUND", `The run ${key.runId} is no AutoML run.`, {
      details: { run: key.runId },
    });
  }
  const run = await getRun(database, key);
  const spec = job.spec as unknown as AutoMLSpec;
  return { run, job, spec, queuePosition: await queuePosition(database, job) };
}

/**
 * Graceful: what the run has found so far is kept, as far as that takes a minute. Asked a second time, it ends at once.
 * @throws SLW_TRACKING_RUN, SLW_JOB_NOT_FOUND
 */
export async function cancelRun(database: Database, key: JobKey & By): Promise<RunDetails> {
  return transaction(database, async (trx) => {
    await getRun(trx, key);
    const { cancelRequestedAt, endedAt } = await getJob(trx, key);
    if (endedAt !== null) return getRun(trx, key);
    const force = cancelRequestedAt !== null;
    await cancelJob(trx, { ...key, force }, keepRunStatus);
    await record(trx, key, "run.cancelled", "cancelRun", { force });
    return getRun(trx, key);
  });
}

/** Goes on with what was settled before. @throws SLW_TRACKING_RUN, SLW_JOB_NOT_FOUND, SLW_JOB_STATE */
export async function resumeRun(database: Database, key: JobKey & By): Promise<RunDetails> {
  return transaction(database, async (trx) => {
    await getRun(trx, key);
    await resumeJob(trx, key, keepRunStatus);
    await record(trx, key, "run.resumed", "resumeRun", {});
    return getRun(trx, key);
  });
}

interface By {
  readonly actor: Actor;
}

function record(
  trx: Queryable,
  { workspaceId, runId, actor }: JobKey & By,
  type: string,
  action: string,
  data: Readonly<Record<string, unknown>>,
): Promise<void> {
  return recordChange(trx, { workspaceId, type, subject: `run/${runId}`, data: { id: runId, ...data }, actor, action });
}
