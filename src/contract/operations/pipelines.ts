/** Pipelines: published, submitted, watched, retried, decided about. */
import { Type } from "typebox";
import { listQuery, pageOf } from "../list.ts";
import { operation } from "../operation.ts";
import { PipelineRunEntity, PipelineSubmission } from "./azure-schemas.ts";
import {
  CheckedDefinition,
  DefinitionToCheck,
  NewDecision,
  NewPipelineRun,
  NewPipelineVersion,
  Pipeline,
  PipelineChanges,
  PipelineName,
  PipelineRun,
  PipelineRunItem,
  PipelineVersion,
  PipelineVersionChanges,
  PipelineVersionDetails,
  Retry,
  StepReason,
} from "./pipeline-schemas.ts";
import { RunStatus } from "./run-schemas.ts";

const pipelines = "/api/v1/workspaces/{workspace}/pipelines";
const runs = "/api/v1/workspaces/{workspace}/pipeline-runs";
const tag = "Pipelines";

const publishing = {
  checkPipeline: operation({
    method: "POST",
    path: "/api/v1/workspaces/{workspace}/pipeline-checks",
    summary: "Check a definition, and say all that is wrong with it, by line",
    tag,
    access: "reader",
    body: DefinitionToCheck,
    result: CheckedDefinition,
  }),
  publishPipeline: operation({
    method: "POST",
    path: pipelines,
    summary: "Publish a pipeline: its next version, with a REST address",
    description:
      "The same definition as the newest version is that version. Nothing is stored of one that is not valid.",
    tag,
    access: "contributor",
    body: NewPipelineVersion,
    status: 201,
    result: PipelineVersion,
    errors: [409, 422],
  }),
  listPipelines: operation({
    method: "GET",
    path: pipelines,
    summary: "List pipelines; sort by name, created or updated",
    tag,
    access: "reader",
    query: Type.Object({
      ...listQuery,
      name: Type.Optional(Type.String({ minLength: 1, maxLength: 100, description: "Part of the name." })),
      archived: Type.Optional(Type.Boolean({ description: "Also archived ones." })),
    }),
    result: pageOf(Pipeline),
  }),
  getPipeline: operation({
    method: "GET",
    path: `${pipelines}/{pipeline}`,
    summary: "Get a pipeline by its name",
    tag,
    access: "reader",
    result: Pipeline,
  }),
  updatePipeline: operation({
    method: "PATCH",
    path: `${pipelines}/{pipeline}`,
    summary: "Change a pipeline's description or default version, or archive it",
    tag,
    access: "contributor",
    body: PipelineChanges,
    result: Pipeline,
    errors: [409],
  }),
  listPipelineVersions: operation({
    method: "GET",
    path: `${pipelines}/{pipeline}/versions`,
    summary: "List the versions of a pipeline, the newest first",
    tag,
    access: "reader",
    query: Type.Object({ ...listQuery }),
    result: pageOf(PipelineVersion),
  }),
  getPipelineVersion: operation({
    method: "GET",
    path: `${pipelines}/{pipeline}/versions/{version}`,
    summary: 'Get a version with its definition: a number, or "default"',
    tag,
    access: "reader",
    result: PipelineVersionDetails,
  }),
  updatePipelineVersion: operation({
    method: "PATCH",
    path: `${pipelines}/{pipeline}/versions/{version}`,
    summary: "Enable or disable a version",
    tag,
    access: "contributor",
    body: PipelineVersionChanges,
    result: PipelineVersionDetails,
  }),
  submitPipeline: operation({
    method: "POST",
    path: `${pipelines}/{pipeline}/submit`,
    summary: "Start a run of a published pipeline, as clients of Azure ML do",
    description:
      "PIPELINE is a name (its default version), NAME@VERSION, or the id of a version. The body is Azure ML's PipelineSubmissionInfo; clients read `Id` of the answer. Parameters that the pipeline does not have are refused by name.",
    tag,
    access: "contributor",
    body: PipelineSubmission,
    result: PipelineRunEntity,
    errors: [409, 422],
  }),
};

const running = {
  createPipelineRun: operation({
    method: "POST",
    path: runs,
    summary: "Start a run of a published pipeline, or of a definition",
    tag,
    access: "contributor",
    body: NewPipelineRun,
    status: 201,
    result: PipelineRun,
    errors: [409, 422],
  }),
  listPipelineRuns: operation({
    method: "GET",
    path: runs,
    summary: "List runs of pipelines, the newest first",
    description: "Sorted by created. Runs that are a step of another pipeline's run are not among them.",
    tag,
    access: "reader",
    query: Type.Object({
      ...listQuery,
      pipeline: Type.Optional(PipelineName),
      status: Type.Optional(Type.Array(RunStatus, { maxItems: 10 })),
      schedule: Type.Optional(Type.String({ minLength: 1, maxLength: 64, description: "Id of what started them." })),
    }),
    result: pageOf(PipelineRunItem),
  }),
  getPipelineRun: operation({
    method: "GET",
    path: `${runs}/{run}`,
    summary: "Get a run with the state of each step",
    description:
      "streamEvents with the subject run/ID tells of every change; cancelRun ends the run and all its parts.",
    tag,
    access: "reader",
    result: PipelineRun,
  }),
  retryPipelineRun: operation({
    method: "POST",
    path: `${runs}/{run}/retry`,
    summary: "Run again what did not end well, or a step and all after it; what finished is kept",
    tag,
    access: "contributor",
    body: Retry,
    status: 202,
    result: PipelineRun,
    errors: [409],
  }),
  decidePipelineStep: operation({
    method: "POST",
    path: `${runs}/{run}/steps/{step}/decision`,
    summary: "Approve or reject what a step waits for, once",
    tag,
    access: "contributor",
    body: NewDecision,
    result: PipelineRun,
    errors: [409],
  }),
  explainPipelineStep: operation({
    method: "GET",
    path: `${runs}/{run}/steps/{step}/why`,
    summary: "Say what exactly made a step run, or allowed its reuse",
    tag,
    access: "reader",
    result: StepReason,
  }),
};

export const pipelineOperations = { ...publishing, ...running };
