export { serveModel, type Endpoint, type ScoringLimits, type ServeOptions } from "./scorer/index.ts";
export type { DeployedEndpoint, Deployment, EndpointKey, EndpointKeeper } from "./endpoints/index.ts";

/** Endpoints in the store. Loaded when asked for: they bring the database's client, which `slipway serve` does without. */
export const loadEndpoints = () => import("./endpoints/index.ts");
/** Logs, metrics and collected rows of endpoints, as a server reads them. Loaded in the same way. */
export const loadRecords = () => import("./records/index.ts");
export type { EndpointMetrics, LogEntry, MetricsPoint } from "./records/index.ts";
/** What answers for a model of any kind, without an endpoint. Loaded in the same way. */
export const loadBackends = () => import("./backends/index.ts");
export { endpointFolder } from "./config/index.ts";
export type { CollectedHeader, InputsLine, LabelsLine } from "./collection/index.ts";
