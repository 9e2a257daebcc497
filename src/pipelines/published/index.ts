export {
  listPipelines,
  listPipelineVersions,
  listPublished,
  setDefaultVersion,
  setPipelineStatus,
  updatePipeline,
  type PipelineChanges,
  type PipelineFilter,
} from "./pipelines.ts";
export { canonicalJson } from "./canonical-json.ts";
export { assertStored, checkCode, deepestNesting, keepCode } from "./check-definition.ts";
export { assertSubmittable, publishPipeline, type NewPipelineVersion } from "./publish.ts";
export { findPipeline, findPipelineById, findPipelineVersion } from "./rows.ts";
export type * from "./types.ts";
