/** Experiments and runs as MLflow's messages. */
import type { DatasetInput, Experiment, Metric, Run, RunDetails, RunStatus, TagValues } from "../../tracking/index.ts";

/** A message of protocol buffers as JSON. */
export type Message = Readonly<Record<string, unknown>>;

export function pairs(values: TagValues): { readonly key: string; readonly value: string }[] {
  return Object.entries(values).map(([key, value]) => ({ key, value }));
}

/** Later pairs win, as with MLflow. */
export function fromPairs(
  items: readonly { readonly key?: string | undefined; readonly value?: string | undefined }[],
): TagValues {
  return Object.fromEntries(items.map(({ key = "", value = "" }) => [key, value]));
}

export function toExperiment(experiment: Experiment): Message {
  return {
    experiment_id: String(experiment.number),
    name: experiment.name,
    artifact_location: experiment.artifactLocation,
    lifecycle_stage: experiment.lifecycle,
    last_update_time: experiment.updatedAt.getTime(),
    creation_time: experiment.createdAt.getTime(),
    tags: pairs(experiment.tags),
  };
}

/** MLflow has no QUEUED. */
function toStatus(status: RunStatus): string {
  return status === "QUEUED" ? "SCHEDULED" : status;
}

export function toRunInfo(run: Run): Message {
  return {
    run_uuid: run.id,
    run_id: run.id,
    run_name: run.name,
    experiment_id: String(run.experiment),
    user_id: run.user,
    status: toStatus(run.status),
    start_time: (run.startedAt ?? run.createdAt).getTime(),
    end_time: run.endedAt?.getTime(),
    artifact_uri: run.artifactUri,
    lifecycle_stage: run.lifecycle,
  };
}

export function toRun(run: RunDetails): Message {
  return {
    info: toRunInfo(run),
    data: { metrics: run.metrics.map(toMetric), params: pairs(run.params), tags: pairs(run.tags) },
    inputs: {
      dataset_inputs: run.datasets.map(toDatasetInput),
      model_inputs: run.modelInputs.map(({ modelId }) => ({ model_id: modelId })),
    },
    outputs: { model_outputs: run.modelOutputs.map(({ modelId, step }) => ({ model_id: modelId, step })) },
  };
}

export function toMetric(metric: Metric & { readonly runId?: string }): Message {
  return {
    key: metric.key,
    value: finite(metric.value),
    timestamp: metric.timestamp,
    step: metric.step,
    dataset_name: metric.datasetName,
    dataset_digest: metric.datasetDigest,
    model_id: metric.modelId,
    run_id: metric.runId,
  };
}

/** MLflow has no infinities in its answers: they are the greatest number there is. NaN stays. */
export function finite(value: number): number {
  return Number.isNaN(value) ? value : Math.min(Math.max(value, -Number.MAX_VALUE), Number.MAX_VALUE);
}

function toDatasetInput(input: DatasetInput): Message {
  return {
    tags: pairs(input.tags),
    dataset: {
      name: input.name,
      digest: input.digest,
      source_type: input.sourceType,
      source: input.source,
      schema: input.schema ?? undefined,
      profile: input.profile ?? undefined,
    },
  };
}
