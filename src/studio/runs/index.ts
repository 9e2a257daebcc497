/** Pieces of a run's page, whatever kind of run it is. `run` is always the id of the run. */
import { lazy } from "react";

export { metricText } from "./metric-text.ts";
export { pointsOf } from "./metric-points.ts";
export { RunHeader } from "./run-header.tsx";
export { isActive, kindLabels } from "./run-state.ts";
export { useRunMenu } from "./use-run-menu.tsx";
export { useRunSearch, type RunSearch } from "./use-run-search.ts";

// What stands in a tab comes when the tab is opened; RunHeader waits for it.
export const RunConfig = lazy(() => import("./run-config.tsx").then(({ RunConfig: Tab }) => ({ default: Tab })));
export const RunLogs = lazy(() => import("./run-logs.tsx").then(({ RunLogs: Tab }) => ({ default: Tab })));
export const RunMetrics = lazy(() => import("./run-metrics.tsx").then(({ RunMetrics: Tab }) => ({ default: Tab })));
export const RunOutputs = lazy(() => import("./run-outputs.tsx").then(({ RunOutputs: Tab }) => ({ default: Tab })));
