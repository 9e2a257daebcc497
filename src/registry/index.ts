export { deleteAlias, setAlias } from "./aliases.ts";
export {
  eventSource,
  isOfType,
  notificationType,
  readCloudEvents,
  toCloudEvent,
  type CloudEvent,
} from "./cloud-events.ts";
export { compareVersions, type VersionComparison } from "./compare.ts";
export { createVersion } from "./create-version.ts";
export { checkAlias, checkModelName } from "./names.ts";
export { inspectFiles } from "./inspect/index.ts";
export {
  createModel,
  deleteModel,
  findModel,
  listModels,
  renameModel,
  searchModels,
  updateModel,
  type ModelFilter,
} from "./models.ts";
export { artifactsAt, registerFromRun, registerUploads, type Registration, type UploadedFile } from "./register.ts";
export { resolveVersion } from "./resolve.ts";
export { assertDeployable, restrictVersion, unrestrictVersion, versionUses } from "./restrictions.ts";
export {
  deleteVersion,
  findVersion,
  latestVersions,
  latestVersionsByModel,
  listVersionFiles,
  listVersions,
  searchVersions,
  transitionStage,
  updateVersion,
  type VersionFilter,
} from "./versions.ts";
export { modelKinds, modelStages, restrictionStates, versionStatuses } from "./types.ts";
export type * from "./types.ts";
export { addUse, removeUse } from "./uses.ts";
export {
  createEnvironmentVersion,
  findEnvironment,
  findEnvironmentVersion,
  listEnvironments,
  listEnvironmentVersions,
  updateEnvironment,
  type Environment,
  type EnvironmentSpec,
  type EnvironmentVersion,
} from "./environments/index.ts";
export {
  createWebhook,
  deleteWebhook,
  findWebhook,
  listDeliveries,
  listWebhooks,
  pingWebhook,
  startWebhookDelivery,
  updateWebhook,
  type Webhook,
  type WebhookDeliverer,
  type WebhookDelivery,
} from "./webhooks/index.ts";
