/** Runs as the API sends them. */
import type { Metric as MetricBody, MetricValue, Run as RunBody, RunItem } from "../../contract/index.ts";
import type { Metric, Run, RunDetails } from "../../tracking/index.ts";

export function toMetricValue(value: number): MetricValue {
  return Number.isFinite(value) ? value : (String(value) as "NaN" | "Infinity" | "-Infinity");
}

export function fromMetricValue(value: MetricValue): number {
  return Number(value);
}

export function toMetricBody({ value, ...metric }: Metric): MetricBody {
  return { ...metric, value: toMetricValue(value) };
}

/** Without what was logged. */
export function toRunItem(run: Run): RunItem {
  const time = (date: Date | null): string | null => date?.toISOString() ?? null;
  return {
    id: run.id,
    experiment: run.experiment,
    name: run.name,
    kind: run.kind,
    user: run.user,
    status: run.status,
    statusReason: run.statusReason,
    lifecycle: run.lifecycle,
    parentId: run.parentId,
    startedAt: time(run.startedAt),
    endedAt: time(run.endedAt),
    createdAt: run.createdAt.toISOString(),
    updatedAt: run.updatedAt.toISOString(),
    deletedAt: time(run.deletedAt),
    heartbeatAt: time(run.heartbeatAt),
    source: run.source,
    commit: run.commit,
  };
}

export function toRunBody(run: RunDetails): RunBody {
  return {
    ...toRunItem(run),
    artifactUri: run.artifactUri,
    metrics: run.metrics.map(toMetricBody),
    params: { ...run.params },
    tags: { ...run.tags },
    datasets: run.datasets.map((dataset) => ({ ...dataset, tags: { ...dataset.tags } })),
    modelInputs: run.modelInputs.map((model) => ({ ...model })),
    modelOutputs: run.modelOutputs.map((model) => ({ ...model })),
  };
}
