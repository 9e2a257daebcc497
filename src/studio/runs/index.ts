/** Pieces of a run's page, whatever kind of run it is. `run` is always the id of the run. */
export { metricText } from "./metric-text.ts";
export { pointsOf, type MetricAxis } from "./metric-points.ts";
export { RunConfig } from "./run-config.tsx";
export { RunHeader, type RunHeaderProps } from "./run-header.tsx";
export { RunLogs } from "./run-logs.tsx";
export { RunMetrics } from "./run-metrics.tsx";
export { RunOutputs } from "./run-outputs.tsx";
export { isActive, kindLabels } from "./run-state.ts";
export { useRunSearch, type RunSearch } from "./use-run-search.ts";
