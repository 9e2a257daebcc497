/** All tables by name: what Kysely checks our queries against. One file a table, or a few that are one thing. */
import type { AuditTable } from "./audit.ts";
import type { DatasetsTable, DatasetVersionInputsTable, DatasetVersionsTable } from "./datasets.ts";
import type { DatastoresTable } from "./datastores.ts";
import type {
  CollectedFilesTable,
  DeploymentsTable,
  EndpointFilesTable,
  EndpointKeysTable,
  EndpointLogSegmentsTable,
  EndpointMetricsTable,
  EndpointsTable,
} from "./endpoints.ts";
import type { EnvironmentsTable, EnvironmentVersionsTable } from "./environments.ts";
import type { EventsTable } from "./events.ts";
import type { ExperimentNumbersTable, ExperimentsTable } from "./experiments.ts";
import type { JobsTable } from "./jobs.ts";
import type { LoggedModelsTable } from "./logged-models.ts";
import type { ModelUsesTable, ModelVersionFilesTable, ModelVersionsTable } from "./model-versions.ts";
import type {
  PipelineCodeFilesTable,
  PipelineRunsTable,
  PipelineStepsTable,
  PipelinesTable,
  PipelineVersionsTable,
  ScheduleSlotsTable,
  SchedulesTable,
} from "./pipelines.ts";
import type { ProxiedFilesTable, ProxiedUploadPartsTable, ProxiedUploadsTable } from "./proxied-files.ts";
import type { ModelAliasesTable, RegisteredModelsTable } from "./registered-models.ts";
import type {
  LatestMetricsTable,
  LoggedDatasetsTable,
  MetricsTable,
  RunArtifactsTable,
  RunDatasetsTable,
  RunLogsTable,
  RunModelsTable,
  RunParamsTable,
  RunTagsTable,
} from "./run-data.ts";
import type { RunsTable } from "./runs.ts";
import type { SavedViewsTable } from "./saved-views.ts";
import type { UploadsTable } from "./uploads.ts";
import type { RoleAssignmentsTable, SessionsTable, TokensTable, UsersTable } from "./users.ts";
import type { ComputePoolsTable, WorkersTable } from "./workers.ts";
import type { WebhookDeliveriesTable, WebhooksTable } from "./webhooks.ts";
import type { WorkspacesTable } from "./workspaces.ts";

export interface Tables {
  readonly environments: EnvironmentsTable;
  readonly environment_versions: EnvironmentVersionsTable;
  readonly workspaces: WorkspacesTable;
  readonly users: UsersTable;
  readonly tokens: TokensTable;
  readonly sessions: SessionsTable;
  readonly saved_views: SavedViewsTable;
  readonly role_assignments: RoleAssignmentsTable;
  readonly audit: AuditTable;
  readonly events: EventsTable;
  readonly datastores: DatastoresTable;
  readonly uploads: UploadsTable;
  readonly datasets: DatasetsTable;
  readonly dataset_versions: DatasetVersionsTable;
  readonly dataset_version_inputs: DatasetVersionInputsTable;
  readonly experiments: ExperimentsTable;
  readonly experiment_numbers: ExperimentNumbersTable;
  readonly runs: RunsTable;
  readonly run_params: RunParamsTable;
  readonly run_tags: RunTagsTable;
  readonly metrics: MetricsTable;
  readonly latest_metrics: LatestMetricsTable;
  readonly logged_datasets: LoggedDatasetsTable;
  readonly run_datasets: RunDatasetsTable;
  readonly run_models: RunModelsTable;
  readonly run_artifacts: RunArtifactsTable;
  readonly run_logs: RunLogsTable;
  readonly logged_models: LoggedModelsTable;
  readonly proxied_files: ProxiedFilesTable;
  readonly proxied_uploads: ProxiedUploadsTable;
  readonly proxied_upload_parts: ProxiedUploadPartsTable;
  readonly jobs: JobsTable;
  readonly workers: WorkersTable;
  readonly compute_pools: ComputePoolsTable;
  readonly registered_models: RegisteredModelsTable;
  readonly model_aliases: ModelAliasesTable;
  readonly model_versions: ModelVersionsTable;
  readonly model_version_files: ModelVersionFilesTable;
  readonly model_uses: ModelUsesTable;
  readonly endpoints: EndpointsTable;
  readonly deployments: DeploymentsTable;
  readonly endpoint_keys: EndpointKeysTable;
  readonly endpoint_metrics: EndpointMetricsTable;
  readonly endpoint_files: EndpointFilesTable;
  readonly endpoint_log_segments: EndpointLogSegmentsTable;
  readonly collected_files: CollectedFilesTable;
  readonly pipelines: PipelinesTable;
  readonly pipeline_versions: PipelineVersionsTable;
  readonly pipeline_code_files: PipelineCodeFilesTable;
  readonly pipeline_runs: PipelineRunsTable;
  readonly pipeline_steps: PipelineStepsTable;
  readonly schedules: SchedulesTable;
  readonly schedule_slots: ScheduleSlotsTable;
  readonly webhooks: WebhooksTable;
  readonly webhook_deliveries: WebhookDeliveriesTable;
}
