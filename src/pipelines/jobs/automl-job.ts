/** An AutoML run on a worker: from a dataset version to a model, going on where an earlier attempt was. */
import { buffer } from "node:stream/consumers";
import type { JobContext, JobResult } from "../../compute/index.ts";
import type { ArtifactStore } from "../../store/index.ts";
import { findRunArtifacts, getRun, logBatch } from "../../tracking/index.ts";
import { artifactPaths, type AutoMLSpec } from "./automl-spec.ts";
import { dropTrialRecords, keepResults, registerModel } from "./automl-results.ts";
import { createTrialKeeper } from "./automl-trials.ts";
import { withLocalTables } from "./local-table.ts";
import type { LocalTable } from "./automl-messages.ts";
import { runThread } from "./run-thread.ts";

export async function runAutoMLJob(context: JobContext, artifacts: ArtifactStore): Promise<JobResult> {
  const { job, database, signal, memoryLimit } = context;
  const spec = job.spec as unknown as AutoMLSpec;
  const run = { workspaceId: job.workspaceId, runId: job.runId };
  const { experiment } = await getRun(database, run);
  const keeper = createTrialKeeper(context, artifacts, experiment);
  const resume = await readRecords(context, artifacts);
  const finished = await withLocalTables(
    artifacts,
    [spec.data, spec.validationData, spec.testData],
    ([data, validationData = null, testData = null]) =>
      runThread(
        { data: data as LocalTable, validationData, testData, options: spec.options, resume },
        { signal, memoryLimit, onEvent: keeper.keep },
      ),
  );
  const { interrupted, best, models } = finished.outcome;
  const model = await keepResults(context, artifacts, finished);
  if (interrupted) {
    return {
      state: "KILLED",
      reason: `cancelled; ${best.name} is the best of ${models.length} models that were ready`,
    };
  }
  if (spec.register !== null) {
    const version = await registerModel(context, artifacts, spec.register, model);
    const text = `${spec.register.model}/${version}`;
    await context.hold((trx) => logBatch(trx, { ...run, tags: { "slipway.model_version": text } }));
  }
  return { state: "FINISHED", reason: null, last: (trx) => dropTrialRecords(trx, run) };
}

/** Trials that earlier attempts have settled. */
async function readRecords({ job, database }: JobContext, artifacts: ArtifactStore): Promise<Uint8Array[]> {
  const folder = artifactPaths.trials;
  const found = await findRunArtifacts(database, { workspaceId: job.workspaceId, runId: job.runId, folder });
  const records: Uint8Array[] = [];
  // A copy each: they are handed over to the thread, which pooled memory cannot be.
  for (const { sha256 } of found) records.push(Uint8Array.from(await buffer(await artifacts.read(sha256))));
  return records;
}
