/** What the registry's operations send and take. */
import { Type, type Static, type TSchema } from "typebox";
import { Name, Tags, Timestamp } from "../list.ts";

const closed = { additionalProperties: false } as const;
const orNull = <T extends TSchema>(schema: T) => Type.Union([schema, Type.Null()]);
const Count = Type.Integer({ minimum: 0 });

/** As MLflow allows it, which is more than other names of ours. */
const ModelName = Type.String({ description: "1 to 256 characters without slashes, colons and control characters." });
export const Stage = Type.Enum(["None", "Staging", "Production", "Archived"]);
export const VersionStatus = Type.Enum(["PENDING_REGISTRATION", "READY", "FAILED_REGISTRATION"]);
export const ModelKind = Type.Enum(["slipway", "onnx", "mlflow"], {
  description: "A file of ours, an ONNX file, or a folder as MLflow saves it.",
});
export const Alias = Type.String({
  pattern: "^[A-Za-z0-9_-]{1,255}$",
  description: 'Not "latest", "best" or v with a number: those are computed.',
});

export const RegisteredModel = Type.Object(
  {
    name: ModelName,
    description: Type.String(),
    tags: Tags,
    createdBy: Type.String(),
    createdAt: Timestamp,
    updatedAt: Type.String({ format: "date-time", description: "Of the model, its versions and aliases." }),
    archivedAt: orNull(Timestamp),
    aliases: Type.Array(Type.Object({ alias: Type.String(), version: Count }, closed)),
    latestVersion: orNull(Count),
  },
  { $id: "RegisteredModel", ...closed },
);
export type RegisteredModel = Static<typeof RegisteredModel>;

const versionFields = {
  model: ModelName,
  version: Type.Integer({ minimum: 1, description: "From 1, without gaps, never given again." }),
  description: Type.String(),
  tags: Tags,
  stage: Stage,
  status: VersionStatus,
  statusMessage: Type.String(),
  kind: ModelKind,
  algorithm: Type.String({ description: "VotingEnsemble; an ONNX graph's name; the flavors of an MLflow model." }),
  task: orNull(Type.Enum(["classification", "regression"])),
  target: orNull(Type.String({ description: "Column that it predicts." })),
  primaryMetric: orNull(Type.String({ description: 'What "best" goes by.' })),
  metrics: Type.Record(Type.String(), Type.Number()),
  params: Type.Record(Type.String(), Type.String()),
  sha256: orNull(Type.String({ description: "Of the file to load; null where there is none yet." })),
  size: Type.Integer({ minimum: 0, description: "Bytes of all files." }),
  source: Type.Object(
    {
      uri: Type.String({ description: "As it was registered: runs:/ID/model.slipway, upload:bank.slipway." }),
      run: orNull(Type.String()),
      path: orNull(Type.String({ description: "Of the artifact in the run." })),
      loggedModel: orNull(Type.String()),
    },
    closed,
  ),
  lineage: Type.Object(
    {
      dataset: orNull(Type.Object({ name: Type.String(), version: orNull(Count) }, closed)),
      run: orNull(Type.String()),
      codeCommit: orNull(Type.String()),
      registeredBy: Type.String(),
    },
    closed,
  ),
  aliases: Type.Array(Type.String()),
  restriction: orNull(
    Type.Object(
      { state: Type.Enum(["stale", "revoked"]), reason: Type.String(), by: Type.String(), at: Timestamp },
      closed,
    ),
  ),
  createdAt: Timestamp,
  updatedAt: Timestamp,
};

export const ModelVersion = Type.Object(versionFields, { $id: "ModelVersion", ...closed });
export type ModelVersion = Static<typeof ModelVersion>;

export const ModelVersionDetails = Type.Object(
  {
    ...versionFields,
    contents: Type.Object(
      {
        inputs: Type.Array(
          Type.Object(
            {
              name: Type.String(),
              type: Type.String(),
              nullable: Type.Boolean(),
              categories: orNull(Type.Array(Type.String())),
            },
            closed,
          ),
          { description: "Columns that scoring takes." },
        ),
        outputs: Type.Array(Type.Object({ name: Type.String(), type: Type.String() }, closed)),
        members: Type.Array(
          Type.Object(
            { name: Type.String(), weight: Type.Number(), params: Type.Record(Type.String(), Type.Unknown()) },
            closed,
          ),
          { description: "Learners inside, with their hyperparameters." },
        ),
        rowMicroseconds: orNull(Type.Number({ description: "Median time of scoring one row when it was registered." })),
        particulars: Type.Record(Type.String(), Type.Unknown(), { description: "Of the kind." }),
      },
      { description: "What the files say about themselves.", ...closed },
    ),
  },
  { $id: "ModelVersionDetails", ...closed },
);
export type ModelVersionDetails = Static<typeof ModelVersionDetails>;

export const ModelFile = Type.Object(
  { path: Type.String(), sha256: Type.String(), size: Count },
  { $id: "ModelFile", ...closed },
);

export const ModelUse = Type.Object(
  { kind: Type.String({ description: "deployment, release." }), name: Type.String(), since: Timestamp },
  { $id: "ModelUse", ...closed },
);

const Values = Type.Object({ name: Type.String(), a: Type.Unknown(), b: Type.Unknown() }, closed);

export const ModelVersionComparison = Type.Object(
  {
    a: ModelVersion,
    b: ModelVersion,
    metrics: Type.Array(
      Type.Object(
        {
          name: Type.String(),
          a: orNull(Type.Number()),
          b: orNull(Type.Number()),
          difference: orNull(Type.Number({ description: "b - a." })),
          better: orNull(Type.Enum(["a", "b"])),
        },
        closed,
      ),
    ),
    parameters: Type.Array(Values, { description: "Task, target, algorithm and members' parameters that differ." }),
    schema: Type.Array(
      Type.Object(
        {
          name: Type.String(),
          change: Type.Enum(["added", "removed", "type", "nullable", "categories"]),
          a: Type.Unknown(),
          b: Type.Unknown(),
        },
        closed,
      ),
    ),
    size: Type.Object({ a: Count, b: Count }, { description: "Bytes.", ...closed }),
    rowMicroseconds: Type.Object({ a: orNull(Type.Number()), b: orNull(Type.Number()) }, closed),
    dataset: orNull(Values),
  },
  { $id: "ModelVersionComparison", ...closed },
);
export type ModelVersionComparison = Static<typeof ModelVersionComparison>;

const TagChanges = Type.Record(
  Type.String({ minLength: 1, maxLength: 250 }),
  orNull(Type.String({ maxLength: 5000 })),
  { description: "Merged into those that are there; null removes one." },
);
const Description = Type.String({ maxLength: 10_000 });

export const NewRegisteredModel = Type.Object(
  { name: Name, description: Type.Optional(Description), tags: Type.Optional(Tags) },
  closed,
);

export const RegisteredModelChanges = Type.Object(
  {
    name: Type.Optional(Name),
    description: Type.Optional(Description),
    tags: Type.Optional(TagChanges),
    archived: Type.Optional(Type.Boolean()),
  },
  closed,
);

export const NewModelVersion = Type.Object(
  {
    source: Type.Union([
      Type.Object(
        {
          run: Type.String({ minLength: 1, maxLength: 64 }),
          path: Type.String({
            minLength: 1,
            maxLength: 1000,
            description: "Of the artifact in the run: a model file, or the folder of an MLflow model.",
          }),
        },
        closed,
      ),
      Type.Object(
        {
          uploads: Type.Array(
            Type.Object(
              {
                path: Type.String({ minLength: 1, maxLength: 1000, description: "In the model's folder." }),
                upload: Type.String({ minLength: 1, maxLength: 64, description: "Id of an upload that is stored." }),
              },
              closed,
            ),
            { minItems: 1, maxItems: 5000 },
          ),
        },
        closed,
      ),
    ]),
    description: Type.Optional(Description),
    tags: Type.Optional(Tags),
    aliases: Type.Optional(Type.Array(Alias, { maxItems: 20 })),
    dataset: Type.Optional(
      Type.Object(
        {
          name: Type.String({ minLength: 1, maxLength: 128 }),
          version: Type.Integer({ minimum: 1, maximum: 2 ** 31 - 1 }),
        },
        { description: "That it was trained on. Default, for a run: what the run says.", ...closed },
      ),
    ),
    codeCommit: Type.Optional(Type.String({ minLength: 1, maxLength: 64 })),
  },
  closed,
);

export const ModelVersionChanges = Type.Object(
  { description: Type.Optional(Description), tags: Type.Optional(TagChanges) },
  closed,
);
