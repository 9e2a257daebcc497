/** Scoring a whole dataset on a worker: into a version of another dataset. */
import { Type, type Static, type TSchema } from "typebox";
import { Name, Timestamp } from "../list.ts";
import { operation } from "../operation.ts";
import { EndpointName } from "./endpoint-schemas.ts";
import { RunStatus } from "./run-schemas.ts";

const closed = { additionalProperties: false } as const;
const nullable = <T extends TSchema>(schema: T) => Type.Union([schema, Type.Null()]);
const Method = Type.Enum(["predict", "predict_proba"], {
  description: "predict_proba adds the probabilities of all labels: columns probability_LABEL.",
});
const Format = Type.Enum(["csv", "parquet"], { description: "Of the output; by default that of the data." });

export const NewBatchScoring = Type.Object(
  {
    model: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: 400,
        description:
          'NAME or NAME@VERSION: a number, "latest" (the default), "best", an alias, or a stage. Either it or the endpoint.',
      }),
    ),
    endpoint: Type.Optional(EndpointName),
    data: Type.Object(
      {
        dataset: Name,
        version: Type.Optional(Type.Integer({ minimum: 1, maximum: 1e9, description: "By default the newest." })),
      },
      { ...closed, description: "The rows to score." },
    ),
    output: Name,
    method: Type.Optional(Method),
    keepInputs: Type.Optional(
      Type.Boolean({ description: "The columns of the data stand before the predictions. By default true." }),
    ),
    format: Type.Optional(Format),
    experiment: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: 500,
        description: "Made where it is not there. By default the model's name.",
      }),
    ),
    name: Type.Optional(Type.String({ minLength: 1, maxLength: 250, description: "Of the run." })),
  },
  { $id: "NewBatchScoring", title: "Scoring of a dataset, as it is asked for", ...closed },
);
export type NewBatchScoring = Static<typeof NewBatchScoring>;

const Count = Type.Integer({ minimum: 0 });

export const BatchScoring = Type.Object(
  {
    id: Type.String({ description: "Of the run: 32 hexadecimal digits." }),
    name: Type.String(),
    experiment: Type.Integer({ minimum: 0, description: "Number of its experiment." }),
    model: Type.Object({ name: Type.String(), version: Type.Integer() }, closed),
    endpoint: nullable(Type.String({ description: "Whose model it was." })),
    data: Type.Object({ dataset: Type.String(), version: Type.Integer() }, closed),
    method: Method,
    keepInputs: Type.Boolean(),
    format: Format,
    status: RunStatus,
    statusReason: nullable(Type.String({ description: "Why it has this status, in words." })),
    queuePosition: nullable(Type.Integer({ minimum: 1, description: "1 is next; null where it does not wait." })),
    attempt: Type.Integer({ minimum: 0, description: "How often a worker has begun it." }),
    cancelRequested: Type.Boolean({ description: "Somebody has asked it to end." }),
    progress: Type.Object(
      {
        rows: Type.Integer({ minimum: 0, description: "Scored so far." }),
        totalRows: Count,
        rowsPerSecond: nullable(Type.Number({ minimum: 0, description: "Of the latest attempt." })),
      },
      closed,
    ),
    output: Type.Object(
      {
        dataset: Type.String(),
        version: nullable(Type.Integer({ minimum: 1, description: "Null until all rows are scored." })),
      },
      closed,
    ),
    createdAt: Timestamp,
    startedAt: nullable(Timestamp),
    endedAt: nullable(Timestamp),
  },
  { $id: "BatchScoring", title: "Scoring of a dataset", ...closed },
);
export type BatchScoring = Static<typeof BatchScoring>;

const path = "/api/v1/workspaces/{workspace}/batch-scorings";

export const batchScoringOperations = {
  createBatchScoring: operation({
    method: "POST",
    path,
    summary: "Score a dataset with a model, or as an endpoint does",
    description:
      "A worker scores the rows block by block; the output has one row for each, in the same order. Columns that the model needs are looked for before anything is stored. It is a run: cancelRun ends it, resumeRun goes on with what was scored.",
    tag: "Batch scoring",
    access: "contributor",
    body: NewBatchScoring,
    status: 202,
    result: BatchScoring,
    errors: [409, 422, 503],
  }),
  getBatchScoring: operation({
    method: "GET",
    path: `${path}/{run}`,
    summary: "Get the scoring of a dataset, with how far it is",
    tag: "Batch scoring",
    access: "reader",
    result: BatchScoring,
  }),
};
