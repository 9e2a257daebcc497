/** What an AutoML run leaves: the model file and all that is known of it as JSON, as artifacts of the run. */
import type { Transaction } from "kysely";
import { idOf } from "../../base/index.ts";
import type { JobContext } from "../../compute/index.ts";
import { registerFromRun } from "../../registry/index.ts";
import type { ArtifactStore, StoredArtifact, Tables } from "../../store/index.ts";
import { findRunArtifacts, deleteRunArtifact, logBatch, putRunArtifact } from "../../tracking/index.ts";
import type { FromThread, Outcome } from "./automl-messages.ts";
import { artifactPaths, type Registration } from "./automl-spec.ts";
import { recordProgress, toMetrics, trialRunId } from "./automl-trials.ts";

type Finished = Extract<FromThread, { type: "finished" }>;

interface File extends StoredArtifact {
  readonly runId: string;
  readonly path: string;
}

export interface AutoMLSummary {
  readonly best: { readonly name: string; readonly value: number };
  readonly models: number;
  readonly failed: number;
  readonly elapsedSeconds: number;
  readonly interrupted: boolean;
  readonly sha256: string;
}

/** Stores the bytes, then their rows, in one transaction under the fence. */
export async function keepResults(
  context: JobContext,
  artifacts: ArtifactStore,
  { outcome, charts, effects, model }: Finished,
): Promise<StoredArtifact> {
  const { job, hold } = context;
  const run = { workspaceId: job.workspaceId, runId: job.runId };
  const stored = await artifacts.put(model);
  const files: File[] = [{ ...stored, runId: job.runId, path: artifactPaths.model }];
  const add = async (runId: string, path: string, content: unknown): Promise<void> => {
    const bytes = new TextEncoder().encode(JSON.stringify(content));
    files.push({ ...(await artifacts.put(bytes)), runId, path });
  };
  await add(job.runId, artifactPaths.leaderboard, leaderboard(job.runId, outcome, stored));
  await add(job.runId, artifactPaths.guardrails, outcome.guardrails);
  await add(job.runId, artifactPaths.featurization, { notes: outcome.featurization });
  if (outcome.importance !== null) await add(job.runId, artifactPaths.explanation, outcome.importance);
  if (effects !== null) await add(job.runId, artifactPaths.effects, effects);
  for (const { trial, charts: content } of charts) {
    if (trial === outcome.best.trial) await add(job.runId, artifactPaths.charts, content);
    if (isTrial(outcome, trial)) await add(trialRunId(job.runId, trial), artifactPaths.charts, content);
  }
  await hold(async (trx) => {
    for (const { runId, path, sha256, size } of files) {
      await putRunArtifact(trx, { workspaceId: job.workspaceId, runId, path, sha256, size });
    }
    // After those of all trials, which have their numbers: the run's own metrics are its best model's.
    const step = Math.max(...[outcome.best, ...outcome.models, ...outcome.failed].map(({ trial }) => trial));
    await logBatch(trx, {
      ...run,
      metrics: toMetrics({ ...outcome.best.metrics, ...testMetrics(outcome) }, Date.now(), step),
      tags: {
        "slipway.best": outcome.best.name,
        "slipway.primary_metric": outcome.metric,
        "slipway.task": outcome.task,
      },
    });
    await recordProgress(trx, run, { type: "finished", result: summarize(outcome, stored) });
  });
  return stored;
}

/** The ensemble has a number after the last trial, and no run of its own. */
function isTrial({ models, best }: Outcome, trial: number): boolean {
  const ensemble = best.name === "VotingEnsemble" || best.name === "StackEnsemble";
  return models.some((model) => model.trial === trial) && !(ensemble && trial === best.trial);
}

function testMetrics({ testMetrics: metrics }: Outcome): Record<string, number> {
  return Object.fromEntries(Object.entries(metrics ?? {}).map(([name, value]) => [`test_${name}`, value]));
}

export function summarize(outcome: Outcome, { sha256 }: StoredArtifact): AutoMLSummary {
  const { best, models, failed, elapsedSeconds, interrupted } = outcome;
  return {
    best: { name: best.name, value: best.value },
    models: models.length,
    failed: failed.length,
    elapsedSeconds,
    interrupted,
    sha256,
  };
}

/** As `slipway automl --json` has it, with the run of each model. */
function leaderboard(runId: string, outcome: Outcome, { sha256 }: StoredArtifact): object {
  const { guardrails: _guardrails, featurization: _featurization, models, ...rest } = outcome;
  return {
    ...rest,
    models: models.map((model) => ({
      ...model,
      runId: isTrial(outcome, model.trial) ? trialRunId(runId, model.trial) : null,
    })),
    modelPath: artifactPaths.model,
    sha256,
  };
}

/** Registers the model file of the run; the same file of the same run is one version, however often. */
export async function registerModel(
  { job, database }: JobContext,
  artifacts: ArtifactStore,
  { model, alias }: Registration,
  { sha256 }: StoredArtifact,
): Promise<number> {
  const { version } = await registerFromRun(
    { database, artifacts },
    {
      id: idOf(`run/${job.runId}/model/${model}/${sha256}`),
      workspaceId: job.workspaceId,
      model,
      createModel: true,
      ...(alias !== null && { aliases: [alias] }),
      actor: job.actor,
      runId: job.runId,
      path: artifactPaths.model,
    },
  );
  return version;
}

/** The records of trials serve a run that goes on; one that has finished does not need them. */
export async function dropTrialRecords(
  trx: Transaction<Tables>,
  run: { readonly workspaceId: string; readonly runId: string },
): Promise<void> {
  const records = await findRunArtifacts(trx, { ...run, folder: artifactPaths.trials });
  if (records.length > 0) await deleteRunArtifact(trx, { ...run, path: artifactPaths.trials });
}
