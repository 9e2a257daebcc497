/** The handler of command steps on the server's own workers. */
import { dirname } from "node:path";
import type { Transaction } from "kysely";
import { revokeRunTokens } from "../../../access/index.ts";
import { SlipwayError } from "../../../base/index.ts";
import type { Tables } from "../../../store/index.ts";
import type { StepContext, StepResult, StepServices } from "../types.ts";
import { describeTask } from "./describe-task.ts";
import { keepOutputs } from "./keep-outputs.ts";
import { runTask, type TaskEnd } from "./run-task.ts";
import { storeFiles, type StoredFile } from "./store-files.ts";
import type { CommandUsage } from "./task.ts";

export interface CommandServices extends StepServices {
  /** Where steps reach the server, without a slash at the end; absent: they do not. */
  readonly serverUrl?: string | null | undefined;
  /** Where steps run; absent: the machine's place. */
  readonly stepsFolder?: string | undefined;
}

/** How its program ended, for the job: with the result, and in `details.usage` of the error that it throws otherwise. */
export interface CommandResult extends StepResult {
  readonly usage: CommandUsage | null;
}

/** @throws SLW_STEP_*; the error's details have `usage` where a program was started */
export async function runCommand(context: StepContext, services: CommandServices): Promise<CommandResult> {
  const { job, database, signal, write } = context;
  const { artifacts, serverUrl = null } = services;
  const task = await describeTask(database, job, serverUrl);
  const stored: StoredFile[] = [];
  const hasToken = task.server !== null && task.server.token !== null;
  try {
    const end = await runTask({
      task,
      files: storeFiles({ artifacts, write, signal }, stored),
      signal,
      memoryLimit: memoryLimitOf(context),
      stepsFolder: services.stepsFolder,
      hidden: privateFolders(services),
    });
    if (end.failure !== null) throw withUsage(end);
    const kept = await keepOutputs({ database, artifacts, job, signal }, { outputs: end.outputs, files: stored });
    return {
      outputs: kept.outputs,
      usage: end.usage,
      // Without it, the end of the job is one statement.
      ...((stored.length > 0 || hasToken) && {
        async last(trx: Transaction<Tables>) {
          await kept.last(trx);
          if (hasToken) await revokeRunTokens(trx, job.runId);
        },
      }),
    };
  } catch (error) {
    if (hasToken) await revokeRunTokens(database, job.runId).catch(() => {});
    throw error;
  }
}

/** What the step asked for; otherwise what the worker has. */
function memoryLimitOf({ job, memoryLimit }: StepContext): number {
  return job.memoryBytes ?? memoryLimit;
}

function withUsage({ failure, usage }: TaskEnd): unknown {
  if (!(failure instanceof SlipwayError) || usage === null) return failure;
  const { code, message, fix, details, cause } = failure;
  return new SlipwayError(code, message, { fix, details: { ...details, usage }, cause });
}

/** The data folder, in which environments of models are, and the artifacts where they are a folder. */
function privateFolders({ artifacts, environmentsFolder }: CommandServices): string[] {
  const folders = environmentsFolder === null ? [] : [dirname(environmentsFolder)];
  return artifacts.location.startsWith("/") ? [...folders, artifacts.location] : folders;
}
