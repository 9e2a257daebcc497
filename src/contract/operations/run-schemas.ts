/** What runs look like on the wire. */
import { Type, type Static } from "typebox";
import { Timestamp } from "../list.ts";
import { RunTags } from "./experiments.ts";

const nullable = <T extends typeof Timestamp | ReturnType<typeof Type.String>>(schema: T) =>
  Type.Union([schema, Type.Null()]);

export const RunStatus = Type.Enum(["QUEUED", "SCHEDULED", "RUNNING", "FINISHED", "FAILED", "KILLED"], {
  description: "MLflow's. The last three are final.",
});
export const RunKind = Type.Enum(["automl", "trial", "mlflow", "pipeline", "step", "command", "batch"], {
  description: "What made it.",
});

/** JSON has no word for these three numbers. */
export const MetricValue = Type.Union([Type.Number(), Type.Enum(["NaN", "Infinity", "-Infinity"])]);
export type MetricValue = Static<typeof MetricValue>;

/** A whole number that JavaScript holds exactly. */
export const WholeNumber = Type.Integer({ minimum: Number.MIN_SAFE_INTEGER, maximum: Number.MAX_SAFE_INTEGER });
const Milliseconds = Type.Integer({
  minimum: 0,
  maximum: Number.MAX_SAFE_INTEGER,
  description: "Milliseconds since 1970.",
});

export const RunText = Type.String({ minLength: 1, maxLength: 8000 });
export const Params = Type.Record(Type.String({ minLength: 1, maxLength: 250 }), Type.String({ maxLength: 6000 }), {
  description: "Name and value. A value never changes.",
});

const runFields = {
  id: Type.String({ description: "32 hexadecimal digits." }),
  experiment: Type.Integer({ minimum: 0, description: "Number of the experiment." }),
  name: Type.String(),
  kind: RunKind,
  user: Type.String({ description: "Who started it." }),
  status: RunStatus,
  statusReason: nullable(Type.String({ description: "Why it has this status, in words." })),
  lifecycle: Type.Enum(["active", "deleted"]),
  parentId: nullable(Type.String({ description: "The run that it is a part of." })),
  startedAt: nullable(Timestamp),
  endedAt: nullable(Timestamp),
  createdAt: Timestamp,
  updatedAt: Timestamp,
  deletedAt: nullable(Timestamp),
  heartbeatAt: nullable(Timestamp),
  source: nullable(Type.String({ description: "Script or command that made it." })),
  commit: nullable(Type.String({ description: "Git commit of the source." })),
};

export const RunItem = Type.Object(
  {
    ...runFields,
    metrics: Type.Optional(
      Type.Record(Type.String(), MetricValue, { description: "Latest value of each; where asked for by `fields`." }),
    ),
    params: Type.Optional(Params),
    tags: Type.Optional(RunTags),
  },
  { $id: "RunItem", additionalProperties: false },
);
export type RunItem = Static<typeof RunItem>;

const metricFields = {
  value: MetricValue,
  step: WholeNumber,
  timestamp: Milliseconds,
  modelId: Type.Optional(Type.String({ maxLength: 250, description: "MLflow logged model that it is about." })),
  datasetName: Type.Optional(Type.String({ maxLength: 500, description: "Dataset that it was computed on." })),
  datasetDigest: Type.Optional(Type.String({ maxLength: 36 })),
};

export const Metric = Type.Object(
  { key: Type.String({ minLength: 1, maxLength: 250 }), ...metricFields },
  { $id: "Metric", additionalProperties: false },
);
export type Metric = Static<typeof Metric>;

/** As it is logged: the step is 0 and the time now where they are absent. */
export const NewMetric = Type.Object(
  {
    ...Metric.properties,
    step: Type.Optional(metricFields.step),
    timestamp: Type.Optional(metricFields.timestamp),
  },
  { additionalProperties: false },
);

export const DatasetInput = Type.Object(
  {
    name: Type.String({ minLength: 1, maxLength: 500 }),
    digest: Type.String({ minLength: 1, maxLength: 36 }),
    sourceType: Type.String({ maxLength: 250, description: "What `source` is: local, s3, slipway." }),
    source: Type.String({ maxLength: 65_535 }),
    schema: nullable(Type.String({ maxLength: 1_048_575, description: "JSON, as the client gave it." })),
    profile: nullable(Type.String({ maxLength: 16_777_215, description: "JSON, as the client gave it." })),
    tags: RunTags,
  },
  { $id: "DatasetInput", additionalProperties: false },
);

export const ModelReference = Type.Object(
  { modelId: Type.String({ minLength: 1, maxLength: 250 }), step: WholeNumber },
  { $id: "ModelReference", additionalProperties: false },
);

export const Run = Type.Object(
  {
    ...runFields,
    artifactUri: Type.String({ description: "Where MLflow clients put its artifacts." }),
    metrics: Type.Array(Metric, { description: "Of each the latest: the greatest step, then time, then value." }),
    params: Params,
    tags: RunTags,
    datasets: Type.Array(DatasetInput),
    modelInputs: Type.Array(ModelReference),
    modelOutputs: Type.Array(ModelReference),
  },
  { $id: "Run", additionalProperties: false },
);
export type Run = Static<typeof Run>;
