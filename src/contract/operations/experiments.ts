import { Type, type Static } from "typebox";
import { listQuery, pageOf, Timestamp } from "../list.ts";
import { operation } from "../operation.ts";

const path = "/api/v1/workspaces/{workspace}/experiments";
const tag = "Experiments";

const ExperimentName = Type.String({ minLength: 1, maxLength: 500, description: "Unique in the workspace." });

/** MLflow's limits, which are wider than those of other tags. */
export const RunTags = Type.Record(Type.String({ minLength: 1, maxLength: 250 }), Type.String({ maxLength: 20_000 }), {
  description: "Name and value.",
});
export const TagChanges = Type.Record(
  Type.String({ minLength: 1, maxLength: 250 }),
  Type.Union([Type.String({ maxLength: 20_000 }), Type.Null()]),
  { description: "Name and new value; null takes the tag away. Others stay." },
);

export const Filter = Type.String({
  maxLength: 10_000,
  description: "MLflow's grammar: metrics.AUC > 0.9 AND params.model = 'LightGBM' AND tags.team LIKE 'risk%'.",
});
export const LifecycleFilter = Type.Enum(["active", "deleted", "all"], { description: "Default: active." });

export const Experiment = Type.Object(
  {
    number: Type.Integer({ minimum: 0, description: 'What MLflow calls experiment_id; 0 is "Default".' }),
    name: ExperimentName,
    artifactLocation: Type.String({ description: "URI under which MLflow clients put artifacts." }),
    lifecycle: Type.Enum(["active", "deleted"]),
    tags: RunTags,
    createdAt: Timestamp,
    updatedAt: Timestamp,
  },
  { $id: "Experiment", additionalProperties: false },
);
export type Experiment = Static<typeof Experiment>;

export const experimentOperations = {
  listExperiments: operation({
    method: "GET",
    path,
    summary: "List experiments",
    description: "Sorted by name, number, created or updated; by default the newest first.",
    tag,
    access: "reader",
    query: Type.Object({
      ...listQuery,
      filter: Type.Optional(Filter),
      lifecycle: Type.Optional(LifecycleFilter),
    }),
    result: pageOf(Experiment),
  }),
  createExperiment: operation({
    method: "POST",
    path,
    summary: "Create an experiment",
    tag,
    access: "contributor",
    body: Type.Object(
      {
        name: ExperimentName,
        artifactLocation: Type.Optional(
          Type.String({ minLength: 1, maxLength: 1000, description: "Default: mlflow-artifacts:/<number>." }),
        ),
        tags: Type.Optional(RunTags),
      },
      { additionalProperties: false },
    ),
    status: 201,
    result: Experiment,
    errors: [409],
  }),
  getExperiment: operation({
    method: "GET",
    path: `${path}/{experiment}`,
    summary: "Get an experiment by its number or name",
    tag,
    access: "reader",
    result: Experiment,
  }),
  updateExperiment: operation({
    method: "PATCH",
    path: `${path}/{experiment}`,
    summary: "Rename an experiment, or change its tags",
    tag,
    access: "contributor",
    body: Type.Object(
      { name: Type.Optional(ExperimentName), tags: Type.Optional(TagChanges) },
      { additionalProperties: false },
    ),
    result: Experiment,
    errors: [409],
  }),
  deleteExperiment: operation({
    method: "DELETE",
    path: `${path}/{experiment}`,
    summary: "Delete an experiment and its runs; they can be restored",
    tag,
    access: "contributor",
    result: null,
  }),
  restoreExperiment: operation({
    method: "POST",
    path: `${path}/{experiment}/restore`,
    summary: "Restore an experiment, with the runs that were deleted with it",
    tag,
    access: "contributor",
    result: Experiment,
  }),
};
