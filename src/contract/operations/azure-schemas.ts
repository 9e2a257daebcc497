/**
 * Azure ML's wire of published pipelines (azureml-pipeline-core, _restclients/aeva/models): names and cases as there, so
 * that scripts written for it go on working. Fields that we do not know are taken and ignored, as there.
 */
import { Type, type Static, type TSchema } from "typebox";

const open = { additionalProperties: true } as const;
const nullable = <T extends TSchema>(schema: T) => Type.Union([schema, Type.Null()]);
const Text = nullable(Type.String({ maxLength: 10_000 }));
const Words = nullable(Type.Record(Type.String({ maxLength: 250 }), Type.Unknown()));

const DataPath = Type.Object(
  {
    DataStoreName: Type.String({ minLength: 1, maxLength: 128 }),
    RelativePath: Type.String({ maxLength: 2000 }),
  },
  open,
);
const DataSetValue = Type.Object(
  {
    SavedDataSetReference: Type.Optional(
      nullable(Type.Object({ Id: Type.String({ minLength: 1, maxLength: 200 }) }, open)),
    ),
    DataSetReference: Type.Optional(
      nullable(Type.Object({ Id: Type.Optional(Type.String({ maxLength: 200 })) }, open)),
    ),
    LiteralValue: Type.Optional(Type.Unknown()),
  },
  open,
);

export const PipelineSubmission = Type.Object(
  {
    ExperimentName: Type.Optional(nullable(Type.String({ minLength: 1, maxLength: 500 }))),
    Description: Type.Optional(Text),
    RunSource: Type.Optional(Text),
    RunType: Type.Optional(Text),
    ParameterAssignments: Type.Optional(
      nullable(
        Type.Record(Type.String({ maxLength: 100 }), Type.Unknown(), {
          description: "Texts, numbers or booleans by name; unknown names are refused.",
        }),
      ),
    ),
    DataPathAssignments: Type.Optional(nullable(Type.Record(Type.String({ maxLength: 100 }), DataPath))),
    DataSetDefinitionValueAssignments: Type.Optional(
      nullable(
        Type.Record(Type.String({ maxLength: 100 }), DataSetValue, {
          description: 'A saved dataset by its id, "NAME" or "NAME@VERSION".',
        }),
      ),
    ),
    ScheduleId: Type.Optional(Text),
    ContinueRunOnStepFailure: Type.Optional(nullable(Type.Boolean())),
    EnableNotification: Type.Optional(nullable(Type.Boolean())),
    tags: Type.Optional(Words),
    Properties: Type.Optional(Words),
    StepTags: Type.Optional(Words),
  },
  { $id: "PipelineSubmission", title: "Azure ML's PipelineSubmissionInfo", ...open },
);
export type PipelineSubmission = Static<typeof PipelineSubmission>;

export const PipelineRunEntity = Type.Object(
  {
    Id: Type.String({ description: "Of the run." }),
    Description: nullable(Type.String()),
    Status: Type.Object(
      {
        StatusCode: Type.Enum(["NotStarted", "Running", "Failed", "Finished", "Canceled"]),
        StatusDetail: nullable(Type.String()),
        CreationTime: Type.String(),
        EndTime: nullable(Type.String()),
      },
      open,
    ),
    GraphId: Type.String(),
    IsSubmitted: Type.Boolean(),
    HasErrors: Type.Boolean(),
    HasWarnings: Type.Boolean(),
    UploadState: Type.String(),
    ParameterAssignments: Type.Record(Type.String(), Type.Unknown()),
    DataSetDefinitionValueAssignments: Type.Record(Type.String(), Type.Unknown()),
    RunHistoryExperimentName: Type.String(),
    PipelineId: nullable(Type.String()),
    RunSource: nullable(Type.String()),
    RunType: nullable(Type.String()),
    TotalRunSteps: Type.Integer(),
    ScheduleId: nullable(Type.String()),
    tags: Type.Record(Type.String(), Type.Unknown()),
    Properties: Type.Record(Type.String(), Type.Unknown()),
    EntityStatus: Type.String(),
    Etag: Type.String(),
    CreatedDate: Type.String(),
    LastModifiedDate: Type.String(),
  },
  { $id: "PipelineRunEntity", title: "Azure ML's PipelineRunEntity", ...open },
);
export type PipelineRunEntity = Static<typeof PipelineRunEntity>;

export const PublishedPipelineEntity = Type.Object(
  {
    Id: Type.String(),
    Name: Type.String(),
    Description: nullable(Type.String()),
    Version: Type.String(),
    Url: Type.String({ description: "Address that submits it." }),
    Parameters: Type.Record(Type.String(), Type.Unknown(), { description: "Defaults by name." }),
    EntityStatus: Type.Enum(["Active", "Disabled"]),
    CreatedDate: Type.String(),
    LastModifiedDate: Type.String(),
  },
  { $id: "PublishedPipelineEntity", title: "Azure ML's PublishedPipelineEntity", ...open },
);
export type PublishedPipelineEntity = Static<typeof PublishedPipelineEntity>;

export const PipelineEndpointEntity = Type.Object(
  {
    Id: Type.String(),
    Name: Type.String(),
    Description: nullable(Type.String()),
    Url: Type.String(),
    DefaultVersion: Type.String(),
    DefaultPipelineId: Type.String(),
    EntityStatus: Type.Enum(["Active", "Disabled"]),
    CreatedDate: Type.String(),
    LastModifiedDate: Type.String(),
  },
  { $id: "PipelineEndpointEntity", title: "Azure ML's PipelineEndpointEntity", ...open },
);
export type PipelineEndpointEntity = Static<typeof PipelineEndpointEntity>;
