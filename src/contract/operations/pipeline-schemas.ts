/** What pipelines and their runs look like on the wire. */
import { Type, type Static, type TSchema } from "typebox";
import { Tags, Timestamp } from "../list.ts";
import { MetricValue, RunStatus } from "./run-schemas.ts";

const closed = { additionalProperties: false } as const;
const nullable = <T extends TSchema>(schema: T) => Type.Union([schema, Type.Null()]);

export const PipelineName = Type.String({
  pattern: "^[A-Za-z0-9][A-Za-z0-9_.-]{0,99}$",
  description: "Letters, digits, underscore, dot and dash, at most 100; the first is a letter or digit.",
});

/** "retrain", "retrain@3", or the id of a version. */
export const PipelineReference = Type.String({
  minLength: 1,
  maxLength: 120,
  description: "NAME (its default version), NAME@VERSION, or the id of a version.",
});

export const PipelineStatus = Type.Enum(["ACTIVE", "DISABLED"], {
  description: "Only an active one is submitted.",
});

const Definition = Type.Record(Type.String({ maxLength: 100 }), Type.Unknown(), {
  description: "As docs/pipelines.md says: name, parameters, steps, …",
});

const Code = Type.Record(
  Type.String({ maxLength: 100 }),
  Type.Object(
    {
      files: Type.Array(
        Type.Object(
          {
            path: Type.String({ minLength: 1, maxLength: 1000, description: "With slashes, relative." }),
            upload: Type.String({ minLength: 1, maxLength: 64, description: "Id of a stored upload." }),
            executable: Type.Optional(Type.Boolean()),
          },
          closed,
        ),
        { maxItems: 2000 },
      ),
    },
    closed,
  ),
  { description: "By name of a command step with code: its files, uploaded before." },
);

const Source = Type.Object(
  {
    path: Type.Optional(Type.String({ maxLength: 1000, description: "Of the file, as its author calls it." })),
    git: Type.Optional(
      Type.Object(
        {
          repository: Type.String({ minLength: 1, maxLength: 2000 }),
          commit: Type.String({ pattern: "^[0-9a-f]{7,64}$" }),
          dirty: Type.Optional(Type.Boolean({ description: "There were changes beyond the commit." })),
        },
        closed,
      ),
    ),
  },
  { ...closed, description: "Where the definition is from." },
);

/** A definition as it is sent: as text or as an object, with the files that it needs. */
const definitionFields = {
  text: Type.Optional(
    Type.String({ minLength: 1, maxLength: 2 ** 20, description: "YAML or JSON. Either it or the definition." }),
  ),
  definition: Type.Optional(Definition),
  code: Type.Optional(Code),
  source: Type.Optional(Source),
};

export const DefinitionToCheck = Type.Object(
  { text: definitionFields.text, definition: definitionFields.definition },
  { $id: "DefinitionToCheck", title: "A pipeline's definition, to be checked", ...closed },
);

export const DefinitionProblem = Type.Object(
  {
    line: nullable(Type.Integer({ minimum: 1, description: "Of the text; null for an object." })),
    column: nullable(Type.Integer({ minimum: 1 })),
    path: Type.String({ description: "steps.train.options.metric" }),
    message: Type.String(),
    fix: Type.Optional(Type.String()),
  },
  { $id: "DefinitionProblem", ...closed },
);
export type DefinitionProblem = Static<typeof DefinitionProblem>;

export const CheckedDefinition = Type.Object(
  { valid: Type.Boolean(), problems: Type.Array(DefinitionProblem) },
  { $id: "CheckedDefinition", ...closed },
);

export const NewPipelineVersion = Type.Object(
  {
    ...definitionFields,
    description: Type.Optional(Type.String({ maxLength: 5000 })),
    default: Type.Optional(
      Type.Boolean({ description: "The fixed address of the pipeline submits it from now on. By default true." }),
    ),
    status: Type.Optional(PipelineStatus),
  },
  { $id: "NewPipelineVersion", title: "A pipeline, as it is published", ...closed },
);
export type NewPipelineVersion = Static<typeof NewPipelineVersion>;

const Parameter = Type.Object(
  {
    type: Type.Enum(["string", "number", "boolean", "enum", "list", "dataset", "data_path"]),
    description: Type.Optional(Type.String()),
    values: Type.Optional(Type.Array(Type.Union([Type.String(), Type.Number()]))),
    default: Type.Optional(Type.Unknown()),
  },
  closed,
);

const versionFields = {
  id: Type.String({ description: "Of the version: Azure ML's id of a published pipeline." }),
  name: PipelineName,
  version: Type.Integer({ minimum: 1 }),
  status: PipelineStatus,
  default: Type.Boolean({ description: "The fixed address of the pipeline submits it." }),
  endpoint: Type.String({
    description:
      'Address that takes POST with {"ExperimentName": …, "ParameterAssignments": {…}} and answers {"Id": …}.',
  }),
  description: Type.String(),
  parameters: Type.Record(Type.String(), Parameter),
  steps: Type.Integer({ minimum: 1, description: "How many." }),
  source: nullable(Source),
  createdBy: Type.String(),
  createdAt: Timestamp,
};

export const PipelineVersion = Type.Object(versionFields, {
  $id: "PipelineVersion",
  title: "A version of a pipeline",
  ...closed,
});
export type PipelineVersion = Static<typeof PipelineVersion>;

export const PipelineVersionDetails = Type.Object(
  {
    ...versionFields,
    definition: Definition,
    text: nullable(Type.String({ description: "As it was written." })),
  },
  { $id: "PipelineVersionDetails", title: "A version of a pipeline with its definition", ...closed },
);
export type PipelineVersionDetails = Static<typeof PipelineVersionDetails>;

export const Pipeline = Type.Object(
  {
    id: Type.String(),
    name: PipelineName,
    description: Type.String(),
    defaultVersion: Type.Integer({ minimum: 1 }),
    latestVersion: Type.Integer({ minimum: 1 }),
    status: PipelineStatus,
    endpoint: Type.String({ description: "Fixed address: it submits the default version." }),
    archived: Type.Boolean(),
    createdBy: Type.String(),
    createdAt: Timestamp,
    updatedAt: Timestamp,
  },
  { $id: "Pipeline", title: "A pipeline by its name", ...closed },
);
export type Pipeline = Static<typeof Pipeline>;

export const PipelineChanges = Type.Object(
  {
    description: Type.Optional(Type.String({ maxLength: 5000 })),
    defaultVersion: Type.Optional(Type.Integer({ minimum: 1, maximum: 1e9 })),
    archived: Type.Optional(Type.Boolean({ description: "Archived ones are not listed and not submitted." })),
  },
  { $id: "PipelineChanges", ...closed },
);

export const PipelineVersionChanges = Type.Object(
  { status: PipelineStatus },
  { $id: "PipelineVersionChanges", ...closed },
);

/** Values of parameters: what is not a text may be one ("45" for 45). */
export const Parameters = Type.Record(Type.String({ minLength: 1, maxLength: 100 }), Type.Unknown(), {
  description: "By name.",
});

export const NewPipelineRun = Type.Object(
  {
    pipeline: Type.Optional(PipelineReference),
    ...definitionFields,
    parameters: Type.Optional(Parameters),
    experiment: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: 500,
        description: "Made where it is not there. By default the pipeline's.",
      }),
    ),
    name: Type.Optional(Type.String({ minLength: 1, maxLength: 250, description: "Of the run." })),
    tags: Type.Optional(Tags),
    reuse: Type.Optional(
      Type.Boolean({
        description: "A step with the same code, inputs and settings as before is not run again. By default true.",
      }),
    ),
    continueOnStepFailure: Type.Optional(Type.Boolean({ description: "By default as the definition says." })),
  },
  { $id: "NewPipelineRun", title: "A run of a pipeline: a published one, or a definition", ...closed },
);
export type NewPipelineRun = Static<typeof NewPipelineRun>;

const Decision = Type.Object(
  {
    decision: Type.Enum(["approve", "reject"]),
    user: Type.String(),
    at: Timestamp,
    comment: Type.Optional(Type.String()),
  },
  closed,
);

export const StepState = Type.Enum(
  ["WAITING", "QUEUED", "RUNNING", "APPROVAL", "FINISHED", "FAILED", "KILLED", "SKIPPED"],
  { description: "The last four are final. APPROVAL: somebody has to decide." },
);

/** A value, dataset, model or file that a step gave. */
export const StepValue = Type.Object(
  {
    type: Type.Enum(["value", "dataset", "model", "model_version", "file", "folder"]),
    value: Type.Optional(Type.Unknown()),
    dataset: Type.Optional(Type.String()),
    model: Type.Optional(Type.String()),
    version: Type.Optional(Type.Integer()),
    runId: Type.Optional(Type.String({ description: "Run whose artifact it is." })),
    path: Type.Optional(Type.String()),
    sha256: Type.Optional(Type.String()),
  },
  { $id: "StepValue", ...closed },
);
const Outputs = Type.Record(Type.String(), StepValue);

export const PipelineRunStep = Type.Object(
  {
    name: Type.String({ description: 'An instance of for_each has its number: "train[2]".' }),
    step: Type.String({ description: "Name in the definition." }),
    type: Type.String(),
    description: nullable(Type.String()),
    needs: Type.Array(Type.String(), { description: "Steps of the definition that come before." }),
    state: StepState,
    reason: nullable(Type.String({ description: "Why it is in its state, and what it waits for, in words." })),
    runId: nullable(Type.String({ description: "Its run, which has log, artifacts and metrics." })),
    earlierRuns: Type.Array(Type.String(), { description: "Of earlier tries." }),
    reusedFrom: nullable(Type.String({ description: "Run whose outputs were taken." })),
    item: Type.Optional(Type.Unknown()),
    inputs: Type.Array(
      Type.Object(
        {
          kind: Type.Enum(["parameter", "input", "setting"]),
          name: Type.String(),
          value: Type.String({
            description: 'JSON where it is no text; "***" where its name says that it is a secret.',
          }),
        },
        closed,
      ),
      { description: "What was put in for its parameters, inputs and settings; empty before it begins." },
    ),
    outputs: nullable(Outputs),
    metrics: Type.Record(Type.String(), MetricValue),
    decision: nullable(Decision),
    attempt: Type.Integer({ minimum: 0, description: "How often a worker has begun it." }),
    exitCode: nullable(Type.Integer()),
    signal: nullable(Type.String()),
    cpuSeconds: nullable(Type.Number({ minimum: 0 })),
    peakMemory: nullable(Type.Integer({ minimum: 0, description: "Bytes." })),
    queuedAt: nullable(Timestamp),
    startedAt: nullable(Timestamp),
    endedAt: nullable(Timestamp),
  },
  { $id: "PipelineRunStep", title: "A step of a run", ...closed },
);
export type PipelineRunStep = Static<typeof PipelineRunStep>;

const Count = Type.Optional(Type.Integer({ minimum: 1 }));

export const PipelineRunItem = Type.Object(
  {
    id: Type.String({ description: "Of the run: 32 hexadecimal digits." }),
    name: Type.String(),
    pipeline: Type.String({ description: "Name in the definition." }),
    version: nullable(Type.Integer({ minimum: 1, description: "Null for a definition that is not published." })),
    status: RunStatus,
    statusReason: nullable(Type.String({ description: "Why it has this status, in words." })),
    schedule: nullable(Type.String({ description: "Id of the schedule that started it." })),
    steps: Type.Object(
      {
        WAITING: Count,
        QUEUED: Count,
        RUNNING: Count,
        APPROVAL: Count,
        FINISHED: Count,
        FAILED: Count,
        KILLED: Count,
        SKIPPED: Count,
      },
      { ...closed, description: "How many are in each state; a state that none is in is absent." },
    ),
    user: Type.String(),
    createdAt: Timestamp,
    startedAt: nullable(Timestamp),
    endedAt: nullable(Timestamp),
  },
  { $id: "PipelineRunItem", title: "A run of a pipeline in lists", ...closed },
);
export type PipelineRunItem = Static<typeof PipelineRunItem>;

export const PipelineRun = Type.Object(
  {
    id: Type.String({ description: "Of the run: 32 hexadecimal digits." }),
    name: Type.String(),
    experiment: Type.Integer({ minimum: 0, description: "Number of its experiment." }),
    pipeline: Type.String({ description: "Name in the definition." }),
    version: nullable(Type.Integer({ minimum: 1, description: "Null for a definition that is not published." })),
    versionId: nullable(Type.String()),
    status: RunStatus,
    statusReason: nullable(Type.String({ description: "Why it has this status, in words." })),
    parameters: Parameters,
    reuse: Type.Boolean(),
    continueOnStepFailure: Type.Boolean(),
    cancelRequested: Type.Boolean(),
    schedule: nullable(Type.String({ description: "Id of the schedule that started it." })),
    parent: nullable(Type.String({ description: "Run whose step it is." })),
    outputs: nullable(Outputs),
    steps: Type.Array(PipelineRunStep),
    user: Type.String(),
    createdAt: Timestamp,
    startedAt: nullable(Timestamp),
    endedAt: nullable(Timestamp),
  },
  { $id: "PipelineRun", title: "A run of a pipeline with its steps", ...closed },
);
export type PipelineRun = Static<typeof PipelineRun>;

export const StepReason = Type.Object(
  {
    step: Type.String(),
    reused: Type.Boolean(),
    reusedFrom: nullable(Type.String({ description: "Run whose outputs were taken." })),
    comparedWith: nullable(Type.String({ description: "Pipeline run that it is compared with." })),
    reason: Type.String({ description: "In words." }),
    differences: Type.Array(
      Type.Object(
        {
          what: Type.String({ description: '"file train.py", "metric", "input data".' }),
          before: nullable(Type.String()),
          after: nullable(Type.String()),
        },
        closed,
      ),
    ),
  },
  { $id: "StepReason", title: "Why a step ran, or did not", ...closed },
);
export type StepReason = Static<typeof StepReason>;

export const NewDecision = Type.Object(
  {
    decision: Type.Enum(["approve", "reject"]),
    comment: Type.Optional(Type.String({ maxLength: 2000 })),
  },
  { $id: "NewDecision", ...closed },
);

export const Retry = Type.Object(
  {
    from: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: 120,
        description: "A step: it and all after it run again. By default what did not end well.",
      }),
    ),
  },
  { $id: "Retry", ...closed },
);
