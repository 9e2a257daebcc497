/** A run that a job of its own computes: both are there with the caller's transaction, or neither. */
import type { Transaction } from "kysely";
import { localTarget, submitJob, type NewJob } from "../../compute/index.ts";
import type { Actor, Tables } from "../../store/index.ts";
import {
  createRun,
  ensureExperiment,
  logBatch,
  logInputs,
  type DatasetInput,
  type RunKind,
} from "../../tracking/index.ts";
import { toParams } from "./automl-trials.ts";

/** Where a job runs, and what it takes there. */
export type JobDemand = Partial<Pick<NewJob, "target" | "cores" | "memoryBytes" | "labels" | "runSeconds">>;

/** What a request says about any such run. */
export interface RunRequest {
  readonly workspaceId: string;
  /** Of the request, and of the run: a run with this id that is there already is the answer. */
  readonly id: string;
  /** Name of the run. */
  readonly name?: string | undefined;
  /** The run that it is a part of. */
  readonly parentId?: string | undefined;
  /** What its job asks for; by default nothing in particular. */
  readonly job?: JobDemand | undefined;
  readonly actor: Actor;
}

export interface JobRun {
  /** Also of the job. */
  readonly kind: RunKind;
  /** Command that makes such runs. */
  readonly source: string;
  /** Name; made where it is not there. */
  readonly experiment: string;
  readonly params: Readonly<Record<string, unknown>>;
  readonly datasets: readonly DatasetInput[];
  /** Seconds that an attempt may take, unless the request says otherwise. */
  readonly runSeconds: number;
  readonly spec: Readonly<Record<string, unknown>>;
}

/** Has a request with this id come before? */
export async function isSubmitted(trx: Transaction<Tables>, { id }: RunRequest): Promise<boolean> {
  return (await trx.selectFrom("jobs").select("run_id").where("run_id", "=", id).executeTakeFirst()) !== undefined;
}

/** @throws SLW_TRACKING_* */
export async function submitRun(
  trx: Transaction<Tables>,
  { workspaceId, id, name, parentId, job, actor }: RunRequest,
  { kind, source, experiment, params, datasets, runSeconds, spec }: JobRun,
): Promise<void> {
  const { number } = await ensureExperiment(trx, { workspaceId, name: experiment, actor });
  await createRun(trx, {
    workspaceId,
    id,
    experiment: number,
    ...(name !== undefined && { name }),
    ...(parentId !== undefined && { parentId }),
    kind,
    status: "QUEUED",
    source,
    actor,
  });
  await logBatch(trx, { workspaceId, runId: id, params: toParams(params) });
  await logInputs(trx, { workspaceId, runId: id, datasets: [...datasets] });
  await submitJob(trx, { runId: id, workspaceId, kind, target: localTarget, runSeconds, ...job, actor, spec });
}
