export { AutoMLReport, ColumnImportance, LeaderboardEntry } from "./automl-report.ts";
export { ColumnEffects } from "./column-effects.ts";
export { DataFault, DataGuardrails } from "./data-guardrails.ts";
export { FeaturizationConfig } from "./featurization-config.ts";
export { ModelCharts } from "./model-charts.ts";
export { Problem } from "./problem.ts";
export { RowExplanation, ScoringRequest, ScoringResponse } from "./scoring.ts";
export { ColumnProfile, ProfileWarning, TableProfile } from "./table-profile.ts";
export { listQuery, Name, pageOf, Tags, Timestamp } from "./list.ts";
export { operation, paramNames, type Access, type Operation } from "./operation.ts";
export type { BodyOf, EventOf, ParamsOf, QueryOf, ResultOf } from "./operation.ts";
export { operations, type Operations } from "./operations/index.ts";
export { Environment, EnvironmentSpec, EnvironmentVersion } from "./operations/environments.ts";
export { ServerStatus } from "./operations/server.ts";
export { Workspace } from "./operations/workspaces.ts";
export {
  ApiError,
  createClient,
  createClientFrom,
  type CallOptions,
  type Client,
  type ClientEvent,
  type ClientOptions,
  type OperationShape,
} from "./client.ts";
export { openApiDocument } from "./openapi.ts";
export { AuditEntry, Identity, RoleAssignment, Token, User } from "./operations/access.ts";
export { WorkspaceEvent } from "./operations/events.ts";
export { Experiment } from "./operations/experiments.ts";
export { ArtifactEntry, LogChunk, LogText } from "./operations/run-data.ts";
export { Metric, MetricValue, Run, RunItem } from "./operations/run-schemas.ts";
export { RunComparison } from "./operations/runs.ts";
export { Session } from "./operations/sessions.ts";
export { Overview, SearchResult, type OverviewRun } from "./operations/overview.ts";
export { AutoMLRun, NewAutoMLRun } from "./operations/automl-runs.ts";
export { BatchScoring, NewBatchScoring } from "./operations/batch-scoring.ts";
export { ComputeSummary, QueuedRun, Worker } from "./operations/jobs.ts";
export {
  Dataset,
  DatasetColumn,
  DatasetComparison,
  DatasetRows,
  DatasetVersion,
  DatasetVersionDetails,
} from "./operations/dataset-schemas.ts";
export { Datastore } from "./operations/datastores.ts";
export { Upload } from "./operations/uploads.ts";
export {
  ModelVersion,
  ModelVersionComparison,
  ModelVersionDetails,
  RegisteredModel,
} from "./operations/model-schemas.ts";
export { Webhook, WebhookDelivery } from "./operations/webhooks.ts";
export {
  CollectedFile,
  Deployment,
  Endpoint,
  EndpointDetails,
  EndpointExamples,
  EndpointKeys,
  EndpointLogEntry,
  EndpointMetrics,
  EndpointTestAnswer,
  EndpointToken,
  EndpointWithKeys,
} from "./operations/endpoint-schemas.ts";
export {
  DefinitionProblem,
  NewPipelineRun,
  NewPipelineVersion,
  Pipeline,
  PipelineRun,
  PipelineRunItem,
  PipelineRunStep,
  PipelineVersion,
  PipelineVersionDetails,
  StepReason,
} from "./operations/pipeline-schemas.ts";
export {
  PipelineEndpointEntity,
  PipelineRunEntity,
  PipelineSubmission,
  PublishedPipelineEntity,
} from "./operations/azure-schemas.ts";
export { SavedView } from "./operations/saved-views.ts";
export { NewSchedule, Schedule, ScheduleSlot, ScheduleTrigger } from "./operations/schedules.ts";
