/** The worker process: what it can do. */
import { runWorker } from "../../compute/index.ts";
import { openArtifactStore } from "../../store/index.ts";
import { runAutoMLJob } from "../jobs/automl-job.ts";
import { automlKind, extentOf, type AutoMLSpec } from "../jobs/automl-spec.ts";
import { keepRunStatus } from "../jobs/run-status.ts";
import type { WorkerSettings } from "./start-workers.ts";

await runWorker(async (settings) => {
  const artifacts = await openArtifactStore((settings as WorkerSettings).artifacts);
  return {
    handlers: { [automlKind]: (context) => runAutoMLJob(context, artifacts) },
    listener: keepRunStatus,
    extentOf: ({ spec }) => extentOf(spec as unknown as AutoMLSpec),
  };
});
