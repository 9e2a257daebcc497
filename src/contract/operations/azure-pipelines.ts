/** Azure ML's own addresses of published pipelines, for clients that have them in their scripts. */
import { Type } from "typebox";
import { operation } from "../operation.ts";
import {
  PipelineEndpointEntity,
  PipelineRunEntity,
  PipelineSubmission,
  PublishedPipelineEntity,
} from "./azure-schemas.ts";

const base =
  "/pipelines/v1.0/subscriptions/{subscription}/resourceGroups/{group}/providers/Microsoft.MachineLearningServices/workspaces/{workspace}" as const;
const tag = "Azure ML";
const status = Type.Object(
  { EntityStatus: Type.Enum(["Active", "Disabled"]) },
  { additionalProperties: true, description: "Only an active one is submitted." },
);

export const azurePipelineOperations = {
  azureSubmitPipeline: operation({
    method: "POST",
    path: `${base}/PipelineRuns/PipelineSubmit/{pipeline}`,
    summary: "Start a run of a published pipeline by its id",
    description: "Subscription and resource group may be anything: the workspace says where.",
    tag,
    access: "contributor",
    body: PipelineSubmission,
    result: PipelineRunEntity,
    errors: [409, 422],
  }),
  azureSubmitPipelineEndpoint: operation({
    method: "POST",
    path: `${base}/PipelineRuns/PipelineEndpointSubmit/Id/{pipeline}`,
    summary: "Start a run of a pipeline's default version, by the id of the pipeline",
    tag,
    access: "contributor",
    body: PipelineSubmission,
    result: PipelineRunEntity,
    errors: [409, 422],
  }),
  azureSubmitPipelineByName: operation({
    method: "POST",
    path: `${base}/PipelineRuns/PipelineEndpointSubmit/Name`,
    summary: "Start a run of a pipeline's default version, or another, by its name",
    tag,
    access: "contributor",
    query: Type.Object({
      name: Type.String({ minLength: 1, maxLength: 100 }),
      pipelineVersion: Type.Optional(Type.String({ pattern: "^\\d{1,9}$" })),
    }),
    body: PipelineSubmission,
    result: PipelineRunEntity,
    errors: [409, 422],
  }),
  azureGetPipelineRun: operation({
    method: "GET",
    path: `${base}/PipelineRuns/{run}`,
    summary: "Get a run of a pipeline",
    tag,
    access: "reader",
    result: PipelineRunEntity,
  }),
  azureListPublishedPipelines: operation({
    method: "GET",
    path: `${base}/PublishedPipelines`,
    summary: "List published pipelines: all versions, the newest 200",
    tag,
    access: "reader",
    query: Type.Object({ activeOnly: Type.Optional(Type.Boolean({ description: "By default true." })) }),
    result: Type.Array(PublishedPipelineEntity),
  }),
  azureGetPublishedPipeline: operation({
    method: "GET",
    path: `${base}/PublishedPipelines/{pipeline}`,
    summary: "Get a published pipeline by its id",
    tag,
    access: "reader",
    result: PublishedPipelineEntity,
  }),
  azureUpdatePublishedPipeline: operation({
    method: "PUT",
    path: `${base}/PublishedPipelines/{pipeline}/status`,
    summary: "Enable or disable a published pipeline",
    tag,
    access: "contributor",
    body: status,
    result: PublishedPipelineEntity,
  }),
  azureListPipelineEndpoints: operation({
    method: "GET",
    path: `${base}/PipelineEndpoints`,
    summary: "List pipeline endpoints: pipelines by name, the first 200",
    tag,
    access: "reader",
    result: Type.Array(PipelineEndpointEntity),
  }),
  azureGetPipelineEndpoint: operation({
    method: "GET",
    path: `${base}/PipelineEndpoints/{pipeline}`,
    summary: "Get a pipeline endpoint by its id",
    tag,
    access: "reader",
    result: PipelineEndpointEntity,
  }),
};
