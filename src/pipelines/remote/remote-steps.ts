/** Steps in the hands of a worker that joined over HTTP, from the side of the server: what it is given, what it hands over. */
import type { Readable } from "node:stream";
import { sql, type Transaction } from "kysely";
import { revokeRunTokens } from "../../access/index.ts";
import { SlipwayError, type Log } from "../../base/index.ts";
import {
  claimRemote,
  endJob,
  findRemoteJob,
  holdJob,
  type Job,
  type JobRef,
  type JobUsage,
  type RemoteWorkerKey,
} from "../../compute/index.ts";
import { transaction, type ArtifactStore, type Database, type Tables } from "../../store/index.ts";
import { appendRunLog, findRunArtifacts, putRunArtifact } from "../../tracking/index.ts";
import { keepRunStatus } from "../jobs/run-status.ts";
import {
  artifactPath,
  describeTask,
  filesOfTask,
  keepOutputs,
  type CommandTask,
  type StoredFile,
  type WrittenOutput,
} from "../steps/command/index.ts";
import { stepKind } from "../steps/types.ts";

interface Stores {
  readonly database: Database;
  readonly artifacts: ArtifactStore;
}

/** A job of a worker: each call about it names the attempt, so that what comes late is refused. */
export interface RemoteJobKey extends RemoteWorkerKey, JobRef {}

export interface RemoteStep {
  /** The address of the server in it is empty: the worker knows one that it can reach. */
  readonly task: CommandTask;
  /** Bytes; null for all that the worker has. */
  readonly memoryBytes: number | null;
  /** Number of the last piece of the run's log. */
  readonly logEnd: number;
}

/** The next step for the worker, within 20 s; null for none. @throws SLW_WORKER_ENDED */
export async function claimRemoteStep(
  { database, log }: { readonly database: Database; readonly log: Log },
  key: RemoteWorkerKey,
  signal: AbortSignal,
): Promise<RemoteStep | null> {
  const job = await claimRemote(database, key, { signal, listener: keepRunStatus, log });
  if (job === null) return null;
  try {
    if (job.kind !== stepKind) {
      throw new SlipwayError("SLW_STEP_LOCAL", `A job of kind "${job.kind}" runs on the local target only.`);
    }
    const task = await describeTask(database, job, "");
    return { task, memoryBytes: job.memoryBytes, logEnd: await logEndOf(database, job.runId) };
  } catch (error) {
    if (!(error instanceof SlipwayError)) throw error;
    // It would be the same on another worker.
    await endStep(database, job, { state: "FAILED", reason: reasonOf(error), usage: {} });
    return null;
  }
}

async function logEndOf(database: Database, runId: string): Promise<number> {
  const row = await database.selectFrom("runs").select("log_seq").where("id", "=", runId).executeTakeFirstOrThrow();
  return row.log_seq;
}

/** What the steps that run now are given, so that a thousand files are not a thousand times all of them. */
const given = new Map<string, Promise<ReadonlySet<string>>>();
const mostGiven = 200;

function remember(name: string, files: Promise<ReadonlySet<string>>): void {
  given.set(name, files);
  files.catch(() => given.delete(name));
  const [oldest] = given.keys();
  if (given.size > mostGiven && oldest !== undefined) given.delete(oldest);
}

/** A file of the step's code or inputs. @throws SLW_JOB_FENCED, SLW_ARTIFACT_NOT_FOUND for any other */
export async function readRemoteFile(
  { database, artifacts }: Stores,
  { sha256, ...key }: RemoteJobKey & { readonly sha256: string },
): Promise<{ readonly stream: Readable; readonly size: number | null }> {
  const job = await findRemoteJob(database, key, key);
  const name = `${key.runId}.${key.attempt}`;
  const files = given.get(name) ?? filesOfTask(database, job);
  if (!given.has(name)) remember(name, files);
  if (!(await files).has(sha256)) {
    throw new SlipwayError("SLW_ARTIFACT_NOT_FOUND", `${sha256} is no file of the code or the inputs of this step.`);
  }
  return { stream: await artifacts.read(sha256), size: await artifacts.size(sha256) };
}

/**
 * Adds a piece to the run's log, once: one that came already, whose answer was lost, is not added again.
 * @param after number of the last piece that the worker knows of
 * @returns number of the last piece now
 * @throws SLW_JOB_FENCED
 */
export function appendRemoteLog(
  database: Database,
  { text, after, ...key }: RemoteJobKey & { readonly text: string; readonly after: number },
): Promise<number> {
  return transaction(database, async (trx) => {
    const { runId, workspaceId } = await holdRemoteJob(trx, key);
    await sql`SELECT FROM runs WHERE id = ${runId} FOR UPDATE`.execute(trx);
    const known = await trx
      .selectFrom("run_logs")
      .select("seq")
      .where("run_id", "=", runId)
      .where("seq", ">", after)
      .where("text", "=", text.replaceAll("\0", "\ufffd"))
      .executeTakeFirst();
    if (known !== undefined) return known.seq;
    await appendRunLog(trx, { workspaceId, runId, text });
    const { log_seq } = await trx
      .selectFrom("runs")
      .select("log_seq")
      .where("id", "=", runId)
      .executeTakeFirstOrThrow();
    return log_seq;
  });
}

async function holdRemoteJob(trx: Transaction<Tables>, key: RemoteJobKey): Promise<Job> {
  const job = await findRemoteJob(trx, key, key);
  await holdJob(trx, key);
  return job;
}

/** A file of an output; again, it replaces itself. @throws SLW_JOB_FENCED, SLW_ARTIFACT_* */
export async function putRemoteOutput(
  { database, artifacts }: Stores,
  {
    output,
    path,
    size,
    ...key
  }: RemoteJobKey & {
    readonly output: string;
    readonly path: string;
    readonly size: number | undefined;
  },
  source: Readable,
  signal: AbortSignal,
): Promise<void> {
  await findRemoteJob(database, key, key);
  const stored = await artifacts.put(source, { signal, ...(size !== undefined && { size }) });
  await transaction(database, async (trx) => {
    const { runId, workspaceId } = await holdRemoteJob(trx, key);
    await putRunArtifact(trx, { workspaceId, runId, path: artifactPath(output, path), ...stored });
  });
}

/** How a step ended on its worker. */
export interface RemoteEnd {
  /** Null where it ended well. */
  readonly failure: { readonly state: "FAILED" | "KILLED"; readonly reason: string } | null;
  readonly usage: Partial<JobUsage>;
  readonly outputs: Readonly<Record<string, WrittenOutput>>;
  /** Of the outputs: what was put for others in an attempt before does not count. */
  readonly files: readonly { readonly output: string; readonly path: string }[];
}

/** @throws SLW_JOB_FENCED; what is wrong with its outputs is the failure of the step, and not thrown */
export async function endRemoteStep(
  { database, artifacts }: Stores,
  { end, ...key }: RemoteJobKey & { readonly end: RemoteEnd },
  signal: AbortSignal,
): Promise<void> {
  const job = await findRemoteJob(database, key, key);
  const { failure, usage, outputs } = end;
  if (failure !== null) return endStep(database, job, { ...failure, usage });
  try {
    const files = await storedFiles(database, job, end.files);
    const kept = await keepOutputs({ database, artifacts, job, signal }, { outputs, files });
    const result = { outputs: kept.outputs };
    await endStep(database, job, { state: "FINISHED", reason: null, usage, result }, kept.last);
  } catch (error) {
    if (!(error instanceof SlipwayError) || error.code === "SLW_JOB_FENCED") throw error;
    await endStep(database, job, { state: "FAILED", reason: reasonOf(error), usage });
  }
}

async function storedFiles(
  database: Database,
  { workspaceId, runId }: Job,
  files: RemoteEnd["files"],
): Promise<StoredFile[]> {
  if (files.length === 0) return [];
  const artifacts = await findRunArtifacts(database, { workspaceId, runId, folder: "outputs" });
  const known = new Map(artifacts.map((artifact) => [artifact.path, artifact]));
  return files.map(({ output, path }) => {
    const artifact = known.get(artifactPath(output, path));
    if (artifact !== undefined) return { output, path, sha256: artifact.sha256, size: artifact.size };
    throw new SlipwayError("SLW_STEP_OUTPUT", `The file "${path}" of the output "${output}" did not arrive.`);
  });
}

interface StepEnd {
  readonly state: "FINISHED" | "FAILED" | "KILLED";
  readonly reason: string | null;
  readonly usage: Partial<JobUsage>;
  readonly result?: Readonly<Record<string, unknown>>;
}

function endStep(
  database: Database,
  job: Job,
  end: StepEnd,
  last: (trx: Transaction<Tables>) => Promise<void> = () => Promise.resolve(),
): Promise<void> {
  return transaction(database, async (trx) => {
    await holdJob(trx, job);
    await last(trx);
    await revokeRunTokens(trx, job.runId);
    await endJob(trx, job, end, keepRunStatus);
  });
}

function reasonOf({ message, code }: SlipwayError): string {
  return `${message} (${code})`;
}
