/** The worker process: what it can do. */
import { runWorker } from "../../compute/index.ts";
import { openArtifactStore } from "../../store/index.ts";
import { runAutoMLJob } from "../jobs/automl-job.ts";
import { automlKind, extentOf, type AutoMLSpec } from "../jobs/automl-spec.ts";
import { runBatchJob } from "../jobs/batch-job.ts";
import { batchExtentOf, batchKind, type BatchSpec } from "../jobs/batch-spec.ts";
import { keepRunStatus } from "../jobs/run-status.ts";
import type { WorkerSettings } from "./start-workers.ts";

await runWorker(async (settings) => {
  const artifacts = await openArtifactStore((settings as WorkerSettings).artifacts);
  const { environmentsFolder } = settings as WorkerSettings;
  return {
    handlers: {
      [automlKind]: (context) => runAutoMLJob(context, artifacts),
      [batchKind]: (context) => runBatchJob(context, { artifacts, environmentsFolder }),
    },
    listener: keepRunStatus,
    extentOf: ({ kind, spec }) =>
      kind === batchKind ? batchExtentOf(spec as unknown as BatchSpec) : extentOf(spec as unknown as AutoMLSpec),
  };
});
