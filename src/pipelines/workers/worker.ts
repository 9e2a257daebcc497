/** The worker process: what it can do. */
import { runWorker } from "../../compute/index.ts";
import { openArtifactStore } from "../../store/index.ts";
import { automlKind, extentOf, type AutoMLSpec } from "../jobs/automl-spec.ts";
import { batchExtentOf, batchKind, type BatchSpec } from "../jobs/batch-spec.ts";
import { keepRunStatus } from "../jobs/run-status.ts";
import { runStepJob } from "../steps/run-step.ts";
import { stepKind, type StepSpec } from "../steps/types.ts";
import type { WorkerSettings } from "./start-workers.ts";

await runWorker(async (settings) => {
  const { artifacts: location, environmentsFolder, serverUrl } = settings as WorkerSettings;
  const artifacts = await openArtifactStore(location);
  const services = { artifacts, environmentsFolder, serverUrl };
  return {
    // What a job needs is loaded with the first of its kind.
    handlers: {
      [automlKind]: async (context) => (await import("../jobs/automl-job.ts")).runAutoMLJob(context, artifacts),
      [batchKind]: async (context) => (await import("../jobs/batch-job.ts")).runBatchJob(context, services),
      [stepKind]: (context) => runStepJob(context, services),
    },
    listener: keepRunStatus,
    extentOf: ({ kind, spec }) => {
      if (kind === stepKind) return `step ${(spec as unknown as StepSpec).name}`;
      return kind === batchKind ? batchExtentOf(spec as unknown as BatchSpec) : extentOf(spec as unknown as AutoMLSpec);
    },
  };
});
