/** What a server does with what endpoints' processes leave in their folders; the processes themselves load none of it. */
export { collectedFormat } from "../collection/spool-format.ts";
export { followEndpointLogs } from "../logs/follow-logs.ts";
export type { LogEntry } from "../logs/log-entry.ts";
export { readEndpointLogs, type LogQuery } from "../logs/read-logs.ts";
export {
  readEndpointMetrics,
  type EndpointMetrics,
  type MetricsPoint,
  type MetricsQuery,
  type MetricsSeries,
} from "../metrics/read-metrics.ts";
export { fileSize, isAbsent, isClosed, lineRange, readHeader, spoolFiles } from "../spool/index.ts";
export { forgetFiles, lockPosition, movePosition, readPositions, type SpoolFile } from "../spool/positions.ts";
export { endpointsWithFolders } from "./endpoints-with-folders.ts";
export { startRecordsIngestion, type Ingestion, type IngestionServices } from "./start-ingestion.ts";
